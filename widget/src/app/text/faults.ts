import type { Refusal } from '../types.ts'
import { looksLikeEmail } from './email.ts'
import type { Say } from './words.ts'

/** What is wrong with who somebody says he is, by field. */
export const whoFaults = (say: Say, name: string, email: string): { name?: string; email?: string } => ({
  ...(!name && { name: say('nameMissing') }),
  ...(!email ? { email: say('emailMissing') } : !looksLikeEmail(email) && { email: say('emailWrong') }),
})

/** A refusal as a form shows it: its words, at the field of this name ('' where it names none). */
export const saidOf = ({ message, remedy, field }: Refusal) => ({
  words: [message, remedy].filter(Boolean).join(' '),
  field: field?.split('.').pop() ?? '',
})
