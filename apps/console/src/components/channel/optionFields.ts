/** One field of a channel's form, read from the JSON schema of its options. */
export interface OptionField {
  name: string
  label: string
  help: string
  type: 'text' | 'secret' | 'number' | 'switch' | 'choice' | 'lines' | 'json'
  choices: string[]
  required: boolean
  initial: unknown
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  secret?: boolean
  writeOnly?: boolean
  format?: string
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  anyOf?: JsonSchema[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

/** The fields of an options schema in its own order; what has no form of its own is edited as JSON. */
export function optionFields(schema: unknown): OptionField[] {
  const { properties = {}, required = [] } = (schema ?? {}) as JsonSchema
  return Object.entries(properties).map(([name, written]) => {
    const property = withoutNull(written)
    return {
      name,
      label: written.title ?? property.title ?? spelled(name),
      help: written.description ?? property.description ?? '',
      type: typeOf(property, Boolean(written.secret ?? written.writeOnly ?? property.secret)),
      choices: (property.enum ?? []).map(String),
      required: required.includes(name) && written.default === undefined,
      initial: written.default,
      minLength: property.minLength,
      maxLength: property.maxLength,
      minimum: property.minimum,
      maximum: property.maximum,
    }
  })
}

function typeOf(property: JsonSchema, secret: boolean): OptionField['type'] {
  if (secret) return 'secret'
  if (property.enum) return 'choice'
  if (property.type === 'boolean') return 'switch'
  if (property.type === 'integer' || property.type === 'number') return 'number'
  if (property.type === 'string') return 'text'
  return property.type === 'array' && property.items?.type === 'string' ? 'lines' : 'json'
}

const withoutNull = (property: JsonSchema): JsonSchema => property.anyOf?.find((option) => option.type !== 'null') ?? property

/** `botToken` is "Bot token". */
function spelled(name: string): string {
  const words = name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What the form shows for a stored value. */
export function shownValue(field: OptionField, value: unknown): string | boolean {
  const known = value ?? field.initial
  if (field.type === 'switch') return known === true
  if (field.type === 'secret' || known === undefined || known === null) return ''
  if (field.type === 'lines') return (known as unknown[]).join('\n')
  return field.type === 'json' ? JSON.stringify(known, null, 2) : String(known)
}

/** The options as they go to the hub; an empty secret stays what it was and is left out. Throws SyntaxError on broken JSON. */
export function optionValues(fields: OptionField[], shown: Record<string, string | boolean>): Record<string, unknown> {
  return Object.fromEntries(fields.flatMap((field) => entriesOf(field, shown[field.name])))
}
function entriesOf(field: OptionField, shown: string | boolean | undefined): [string, unknown][] {
  if (typeof shown === 'boolean') return [[field.name, shown]]
  const text = (shown ?? '').trim()
  if (field.type === 'lines')
    return [
      [
        field.name,
        text
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean),
      ],
    ]
  if (text === '') return []
  if (field.type === 'number') return [[field.name, Number(text)]]
  return [[field.name, field.type === 'json' ? JSON.parse(text) : text]]
}
