import type { SignalKind } from '@parley/schema/vocabulary'
import type { Sight } from '../db/tables/event.ts'

/** `operatorId` is null for the customer. */
export interface SignalRow {
  kind: SignalKind
  workspaceId: string
  chatId: string
  operatorId: string | null
  on: boolean
  /** What the customer has typed and not sent. */
  text?: string | undefined
  sight: Sight
}

/** A signal as it travels: what was typed is sealed. */
export type SealedSignal = Omit<SignalRow, 'kind' | 'text'> & { typed?: string }
