import type { Deliveries } from './deliveries.ts'
import type { Files } from './files.ts'
import type { AcceptedMessage, Ledger } from './ledger.ts'

export interface Person {
  id: string
  name?: string
  username?: string
  /** When the person last wrote, in milliseconds: the reply window counts from here. */
  wroteAt: number
  unavailable?: boolean
  /** The app that has the conversation, where it is not ours. */
  elsewhere?: string
}

export interface Template {
  name: string
  language: string
  status: string
  category?: string
  components: Record<string, unknown>[]
}

/** The accounts of one company at Meta. */
export interface Accounts {
  appId: string
  pageId: string
  pageName: string
  instagramId: string
  instagramName: string
  phoneNumberId: string
  phoneNumber: string
  /** WhatsApp Business Account. */
  businessId: string
}

export interface World {
  accounts: Accounts
  ledger: Ledger
  deliveries: Deliveries
  files: Files
  /** By object and id: the same number may be somebody else on another network. */
  people: Map<string, Person>
  templates: Template[]
  /** Does Meta let this app answer within seven days by the HUMAN_AGENT tag? */
  humanAgent: boolean
  /** State of the WhatsApp number. */
  number: { quality_rating: string; status: string; name_status: string; messaging_limit_tier: string }
  /** Tells the hub of what was just taken from it. */
  told(message: AcceptedMessage): void
  /** Tells it that a conversation was passed on or taken back at its own wish. */
  toldControl(object: 'page' | 'instagram', person: string, change: object): void
  origin(): string
  nextId(prefix: string): string
}

/** The inboxes of the platform itself, by their numbers as apps. */
export const inboxes = { page: '263902037430900', instagram: '1217981644879628' } as const

export function meet(world: World, object: string, id: string, who: Partial<Person> = {}): Person {
  const key = `${object} ${id}`
  const person = { name: `Customer ${id}`, wroteAt: Date.now(), ...world.people.get(key), ...who, id }
  world.people.set(key, person)
  return person
}
