import type { Actor } from '../work.ts'

/** Whom an internal comment was written by and for. */
export interface Audience {
  authorId: string
  /** Null: for all who see the chat. */
  toOperatorId: string | null
}

/** Who reads a comment of a chat he sees: everybody of the team, or its author and its operator alone. */
export function hears(actor: Actor, { authorId, toOperatorId }: Audience): boolean {
  if (actor.kind === 'system') return true
  if (actor.kind !== 'operator') return false
  return toOperatorId === null || actor.operatorId === toOperatorId || actor.operatorId === authorId
}
