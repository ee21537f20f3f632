import { type FieldType, type Language, limits } from '@parley/schema/vocabulary'
import { HubError, textOf } from '../errors.ts'

/** What is asked of a chat or of a customer, and what may be answered. */
export interface Field {
  label: string
  type: FieldType
  options: string[]
}

/** Only choices have options. */
export function optionsOf(type: FieldType, given: string[]): string[] {
  if (given.length > limits.formOptions) throw new HubError('too_many', { field: 'options', max: limits.formOptions })
  const options = [...new Set(given.map((option) => textOf(option, 'options', limits.formOption)))]
  if (type !== 'choice' && type !== 'choices') return []
  if (options.length === 0) throw new HubError('required', { field: 'options' })
  return options
}

/** What was answered, checked by the field's type; empty: nothing. */
export function valuesOf(field: Field, given: string[]): string[] {
  const values = [...new Set(given.map((value) => value.trim()).filter(Boolean))]
  if (values.some((value) => value.length > limits.formText)) throw new HubError('too_long', { field: 'values', max: limits.formText })
  if (field.type !== 'choices' && values.length > 1) throw new HubError('invalid', { field: 'values' })
  if (!values.every((value) => fits[field.type](value, field))) throw new HubError('bad_answer', { field: 'values', label: field.label })
  return values
}

const yesNo: Record<Language, [string, string]> = { en: ['Yes', 'No'], 'pt-BR': ['Sim', 'Não'], ru: ['Да', 'Нет'], es: ['Sí', 'No'] }

/** What was answered as people write it. */
export function wordsOf(type: FieldType, values: string[], language: Language): string {
  const words: Partial<Record<FieldType, (value: string) => string>> = {
    // The digits are kept as they are, however many: only the point becomes that of the language.
    number: (value) =>
      new Intl.NumberFormat(language, { maximumFractionDigits: 9, useGrouping: false }).format(value as Intl.StringNumericLiteral),
    date: (value) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(value)),
    'yes-no': (value) => yesNo[language][value === 'yes' ? 0 : 1],
  }
  return values.map(words[type] ?? ((value) => value)).join(', ')
}

const isDate = (value: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value)
const fits: Record<FieldType, (value: string, field: Field) => boolean> = {
  text: () => true,
  number: (value) => /^-?\d{1,15}(\.\d{1,9})?$/.test(value),
  date: isDate,
  'yes-no': (value) => value === 'yes' || value === 'no',
  choice: (value, field) => field.options.includes(value),
  choices: (value, field) => field.options.includes(value),
}
