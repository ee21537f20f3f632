import type { Language } from '@parley/schema/vocabulary'
import type { Accounts } from '../accounts/index.ts'
import type { Database } from '../db/client.ts'
import type { Opener } from '../domain/beginning.ts'
import type { Channel, OptionsCheck } from '../domain/channel.ts'
import type { Letter, MailLinks, MailOutcome } from '../domain/mail.ts'
import type { Planner } from '../domain/message.ts'
import type { Bus } from '../feed/bus.ts'
import type { Feed } from '../feed/follow.ts'
import type { Log } from '../log.ts'
import type { Visits } from '../visits.ts'
import type { OperatorActor, VisitorActor, Works } from '../work.ts'
import type { Limits } from './limits.ts'
import type { Loaders } from './loaders.ts'
import type { SealedSignal, SignalRow } from './signal.ts'

/** What the hub gives to its API. */
export interface Services {
  works: Works
  /** Reports are made a few at a time: those who wait take no connection from the others. */
  inTurn<T>(report: () => Promise<T>): Promise<T>
  database: Pick<Database, 'db'>
  accounts: Accounts
  feed: Feed
  bus: Bus
  log: Log
  presence: { arrive(actor: OperatorActor): void; depart(actor: OperatorActor): void }
  visits: Visits
  plan: Planner
  begin: Opener
  checkOptions: OptionsCheck
  /** What can be connected, for the admin's forms. */
  modules(): { kind: string; title: string; official: boolean; optionsSchema: unknown }[]
  /** Null: this hub sends no mail. */
  mailLinks: MailLinks | null
  /** Whom a link in a mail brings back; undefined: it is forged or over. */
  readReturn(token: string): { workspaceId: string; identityId: string; mailId: string } | undefined
  /** By which websites sign who their visitors are; `open`: null where none was made. */
  identitySecrets: { seal(channel: Channel, secret: string): string; open(channel: Channel): string | null }
  /** What a visitor types is shut away on its way over the bus: of it nothing is written down anywhere. */
  typedText: {
    seal(place: { workspaceId: string; chatId: string }, text: string): string
    open(signal: SealedSignal & Pick<SignalRow, 'kind'>): SignalRow
  }
  /** How mails leave this hub; null: they do not. */
  post: Post | null
  /** Where this hub is reached. */
  publicUrl: string
  webhookUrl(channel: { id: string; hookToken: string }): string
  /** A link to a file for one viewer, good for five minutes. */
  fileLink(link: { workspace: string; file: string; variant: 'original' | 'thumbnail'; viewer: string }): string
}

/** The mail server, as an admin may know it. */
export interface Post {
  /** Its name, without user and password. */
  host: string
  /** The address mails come from. */
  from: string
  /** Hands a mail over at once and says what became of it. */
  send(letter: Letter, company: string): Promise<MailOutcome>
}

/** Who asks: nobody, an account, or an account as an operator of the chosen workspace. */
export interface ApiContext {
  services: Services
  account: { sessionId: string; userId: string; name: string; email: string; language: Language } | null
  actor: OperatorActor | null
  workspaceSlug: string | null
  language: Language
  loaders: Loaders
}

export interface VisitorContext {
  services: Services
  actor: VisitorActor | null
  language: Language
  loaders: Loaders
  /** Of the token that was shown. */
  tokenHash: string | null
  /** The caller's address. */
  address: string
  limits: Limits
}

/** Who asks, without the look-ups of one operation. */
export type ApiAsker = Omit<ApiContext, 'loaders'>
export type VisitorAsker = Omit<VisitorContext, 'loaders'>
