import { formQuery, leaveMutation } from '../documents.ts'
import { command, whyNot } from '../net/hub.ts'
import type { Chat } from '../store/chat.ts'
import type { Refusal, Visitor } from '../types.ts'

/** A field the company added. */
export interface Field {
  id: string
  label: string
  kind: 'line' | 'text' | 'choice'
  options: string[]
  required: boolean
}
export interface Form {
  requestCategories: string[]
  requestFields: Field[]
}
/** What the form asks; undefined when the hub could not be reached. */
export async function findForm({ hub, place }: Chat): Promise<Form | undefined> {
  const answer = await hub.ask<{ site: Form | null }>(formQuery, { key: place().key })
  return answer.kind === 'done' ? (answer.data.site ?? undefined) : undefined
}

export interface Leaving {
  clientId: string
  name?: string
  email?: string
  title: string
  text: string
  category?: string
  answers: { fieldId: string; value: string }[]
}
type Left = { token: string | null; number: number; visitor: Visitor }

/** Answers with the number of the request, with the hub's refusal, or with `later` when it could not be reached. */
export async function leaveRequest(chat: Chat, leaving: Leaving): Promise<number | Refusal | 'later'> {
  const { key, pageUrl } = chat.place()
  const leave = () => command<Left>(chat.hub, leaveMutation, { ...leaving, key, ...(pageUrl && { pageUrl }) })
  const answer = await chat.inTurn(() => chat.again(leave))
  if (answer.kind !== 'done') return whyNot(answer)
  const { token, visitor, number } = answer.data
  chat.admit(token, visitor)
  return number
}
