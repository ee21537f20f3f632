import type { Language } from '@parley/schema/vocabulary'
import type { Furniture } from './furniture.ts'
import type { Topic } from './topic.ts'

export type Gender = 'm' | 'f'

/** What a sample company is made of in one language. `{a|b}` in a text: a is said of or by a man, b of or by a woman. */
export interface Sample {
  language: Language
  /** As Telegram says the language of a customer. */
  code: string
  company: string
  channels: { web: string; telegram: string; email: string }
  groups: Record<Topic, string>
  greeting: string
  /** The admin, a supervisor of everything, one of the support group alone, and three operators. */
  staff: readonly [name: string, gender: Gender][]
  men: readonly string[]
  women: readonly string[]
  surnames: readonly string[]
  /** Latitude and longitude of the town. */
  place: readonly [number, number]
  cities: readonly string[]
  streets: readonly string[]
  companies: readonly string[]
  /** Said by customers. */
  hello: readonly string[]
  thanks: readonly string[]
  nudge: readonly string[]
  further: readonly string[]
  /** Said by operators. */
  welcome: readonly string[]
  bye: readonly string[]
  /** Texts that WhatsApp has approved: {{1}} is the customer, {{2}} a time of day. */
  approved: readonly string[]
  /** What customers write to the mailbox. */
  letters: readonly { subject: string; text: string }[]
  /** The conversations, see scene.ts. */
  scenes: string
  furniture: Furniture
  print: Printed
}

/** What the demo writes on the console. */
export interface Printed {
  making: string
  /** `{chats}` `{messages}` `{seconds}` */
  made: string
  title: string
  desk: string
  shop: string
  accounts: string
  password: string
  roles: Record<'admin' | 'supervisor' | 'limited' | 'operator', string>
  tryThis: readonly string[]
  end: string
}

export const models = ['City 3', 'City 7', 'Gravel One', 'Courier', 'Kids 20'] as const
