/** One field of a channel's form, read from the JSON schema of its options. */
export interface OptionField {
  /** Path in the options, joined by dots: `botToken`, `greeting.en`. */
  name: string
  label: string
  help: string
  type: 'text' | 'paragraph' | 'colour' | 'secret' | 'number' | 'switch' | 'choice' | 'lines' | 'json'
  choices: string[]
  required: boolean
  /** Seldom touched; shown on demand. */
  advanced: boolean
  /** A secret that is made here rather than at the platform. */
  generated: boolean
  initial: unknown
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  /** What 1 in the form stands for, where that is not 1. */
  scale?: number
}

/** What we read of a schema; `secret`, `help`, `advanced`, `scale` and `words` (other languages) are the connectors' own marks. */
interface OptionSchema {
  type?: string
  title?: string
  help?: string
  words?: Record<string, { title?: string; help?: string } | undefined>
  description?: string
  advanced?: boolean
  /** Set on a page of its own. */
  elsewhere?: boolean
  secret?: boolean
  generate?: boolean
  scale?: number
  default?: unknown
  enum?: unknown[]
  pattern?: string
  items?: OptionSchema
  properties?: Record<string, OptionSchema>
  required?: string[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

const longText = 200

/** The fields of an options schema in its own order, in the reader's language where the connector speaks it. */
export function optionFields(schema: unknown, language = 'en'): OptionField[] {
  const { properties = {}, required = [] } = (schema ?? {}) as OptionSchema
  return Object.entries(properties).flatMap(([name, property]) => {
    if (property.elsewhere) return []
    const field = fieldOf(name, property, required.includes(name), language)
    return isGroupOfTexts(property) ? partsOf(field, property, language) : [field]
  })
}

/** What is set elsewhere stays as it is. */
export function optionsElsewhere(schema: unknown, options: Record<string, unknown>): Record<string, unknown> {
  const { properties = {} } = (schema ?? {}) as OptionSchema
  return Object.fromEntries(Object.entries(options).filter(([name]) => properties[name]?.elsewhere))
}

function fieldOf(name: string, property: OptionSchema, isRequired: boolean, language: string): OptionField {
  const { minLength, maxLength, scale } = property
  const scaled = (limit?: number) => limit && limit / (scale ?? 1)
  const words = property.words?.[language]
  return {
    name,
    label: words?.title ?? property.title ?? spelled(name),
    help: words?.help ?? property.help ?? property.description ?? '',
    type: typeOf(property),
    choices: (property.enum ?? []).map(String),
    required: isRequired && property.default === undefined,
    advanced: property.advanced === true,
    generated: property.generate === true,
    initial: property.default,
    ...{ minLength, maxLength, minimum: scaled(property.minimum), maximum: scaled(property.maximum), scale },
  }
}

function typeOf(property: OptionSchema): OptionField['type'] {
  if (property.secret) return 'secret'
  if (property.enum) return 'choice'
  if (property.type === 'boolean') return 'switch'
  if (property.type === 'integer' || property.type === 'number') return 'number'
  if (property.type === 'array' && property.items?.type === 'string') return 'lines'
  if (property.type !== 'string') return 'json'
  if (property.pattern?.includes('#[0-9a-f')) return 'colour'
  return (property.maxLength ?? 0) >= longText && (property.maxLength ?? 0) < 2_000 ? 'paragraph' : 'text'
}

/** Such as a greeting per language: one field for each. */
const isGroupOfTexts = ({ properties }: OptionSchema) =>
  properties !== undefined && Object.values(properties).every(({ type }) => type === 'string')

function partsOf(group: OptionField, { properties = {} }: OptionSchema, language: string): OptionField[] {
  return Object.entries(properties).map(([name, property], index) => ({
    ...fieldOf(`${group.name}.${name}`, property, false, language),
    label: `${group.label} · ${languageName(name) ?? spelled(name)}`,
    help: index === 0 ? group.help : '',
    advanced: group.advanced,
  }))
}

/** The name of a language in itself, for `en`, `pt-BR` and the like; undefined for other words. */
export function languageName(tag: string): string | undefined {
  if (!/^[a-z]{2}(-[A-Z]{2})?$/.test(tag)) return undefined
  const name = new Intl.DisplayNames(tag, { type: 'language', fallback: 'none' }).of(tag)
  return name && name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
}

/** `botToken` is "Bot token". */
function spelled(name: string): string {
  const words = name
    .replace(/[._-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What the form shows for a field, given the stored options. */
export function shownValue(field: OptionField, options: Record<string, unknown>): string | boolean {
  const stored = field.name.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], options)
  const known = stored ?? field.initial
  if (field.type === 'switch') return known === true
  if (field.type === 'secret' || known === undefined || known === null) return ''
  if (field.type === 'lines') return (known as unknown[]).join('\n')
  if (field.scale) return String(Math.round((100 * Number(known)) / field.scale) / 100)
  return field.type === 'json' ? JSON.stringify(known, null, 2) : String(known)
}

/** The options as they go to the hub; an empty secret stays what it was and is left out. Throws SyntaxError on broken JSON. */
export function optionValues(fields: OptionField[], shown: Record<string, string | boolean>): Record<string, unknown> {
  const options: Record<string, unknown> = {}
  for (const field of fields) {
    const [group, part] = field.name.split('.') as [string, string | undefined]
    const value = typedValue(field, shown[field.name])
    if (part === undefined && value !== undefined) options[group] = value
    if (part !== undefined)
      options[group] = { ...(options[group] as object | undefined), ...(value === undefined ? {} : { [part]: value }) }
  }
  return options
}

function typedValue(field: OptionField, shown: string | boolean | undefined): unknown {
  if (typeof shown === 'boolean') return shown
  const text = (shown ?? '').trim()
  if (field.type === 'lines') return text.split(/\s*\n\s*/).filter(Boolean)
  if (text === '') return undefined
  if (field.type === 'number') return field.scale ? Math.round(Number(text) * field.scale) : Number(text)
  return field.type === 'json' ? JSON.parse(text) : text
}
