import type { Refusal } from '../types.ts'
import type { Say } from './words.ts'

const fieldsOf = (form: HTMLFormElement | null) => [...(form?.elements ?? [])] as HTMLInputElement[]

/** What is wrong with what was filled in, by field, as far as the browser can tell: the hub has the last word. */
export function faultsIn(say: Say, form: HTMLFormElement | null): Record<string, string> | undefined {
  const wrong = fieldsOf(form).flatMap(({ name, required, value, validity }) =>
    required && !value.trim() ? [[name, say('fieldMissing')]] : validity.typeMismatch ? [[name, say('emailWrong')]] : [],
  )
  if (wrong.length) return Object.fromEntries(wrong)
}

/** Why nothing came of it, in words; none where all is well. */
export const why = (say: Say, outcome: Refusal | 'later' | undefined): string =>
  outcome === 'later' ? say('unreachable') : (outcome?.message ?? '')

/** A refusal as a form shows it: its words, at the field of this name or at `form`. */
export function refusalIn(form: HTMLFormElement | null, { message, remedy, field }: Refusal): Record<string, string> {
  const name = field?.split('.').pop()
  // A button is a field without a name.
  return { [name && fieldsOf(form).some((each) => each.name === name) ? name : 'form']: [message, remedy].filter(Boolean).join(' ') }
}

/** Shows what was found in a form at its fields; the first of them is where the visitor goes on. */
export function atFields(form: HTMLFormElement | null, found: Record<string, string>): Record<string, string> {
  fieldsOf(form)
    .find(({ name }) => found[name])
    ?.focus()
  return found
}
