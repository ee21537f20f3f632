import { describe, expect, it } from 'vitest'
import { optionFields, optionValues, shownValue } from '../src/components/channel/optionFields.ts'

const schema = {
  type: 'object',
  properties: {
    botToken: { type: 'string', secret: true, help: 'From the platform', words: { ru: { title: 'Токен бота' } } },
    mode: { enum: ['polling', 'webhook'], default: 'polling' },
    albums: { type: 'boolean', default: true },
    origins: { type: 'array', items: { type: 'string' } },
    retries: { type: 'integer', minimum: 0 },
    extra: { type: 'object' },
    accent: { type: 'string', pattern: '^#[0-9a-fA-F]{6}$', advanced: true },
    greeting: {
      type: 'object',
      title: 'Greeting',
      properties: { en: { type: 'string', maxLength: 500 }, ru: { type: 'string', maxLength: 500 } },
    },
  },
  required: ['botToken', 'mode'],
}

describe('the form of a channel', () => {
  const fields = optionFields(schema)

  it('has a field for every option, of a kind that fits', () => {
    expect(fields.map(({ name, type }) => [name, type])).toEqual([
      ['botToken', 'secret'],
      ['mode', 'choice'],
      ['albums', 'switch'],
      ['origins', 'lines'],
      ['retries', 'number'],
      ['extra', 'json'],
      ['accent', 'colour'],
      ['greeting.en', 'paragraph'],
      ['greeting.ru', 'paragraph'],
    ])
    expect(fields[0]).toMatchObject({ label: 'Bot token', help: 'From the platform', required: true })
  })

  it('speaks the language of the reader where the connector does', () => {
    expect(optionFields(schema, 'ru')[0]).toMatchObject({ label: 'Токен бота', help: 'From the platform' })
    expect(fields.at(-1)).toMatchObject({ label: 'Greeting · Русский' })
  })

  it('shows what is stored, else what the connector proposes', () => {
    const shown = Object.fromEntries(
      fields.map((field) => [field.name, shownValue(field, { albums: false, origins: ['a', 'b'], greeting: { ru: 'Привет' } })]),
    )
    expect(shown).toMatchObject({ mode: 'polling', albums: false, origins: 'a\nb', 'greeting.ru': 'Привет', 'greeting.en': '' })
  })

  it('never shows a secret, and leaves one that was not typed as it is', () => {
    const [token] = fields
    expect(token && shownValue(token, { botToken: 'stored' })).toBe('')
    expect(optionValues(fields, { botToken: '', mode: 'polling', albums: true })).not.toHaveProperty('botToken')
  })

  it('has a number typed in units that people know', () => {
    const [size] = optionFields({
      properties: { size: { type: 'integer', minimum: 0, maximum: 104857600, default: 2097152, scale: 1048576 } },
    })
    if (!size) throw new Error('there is a field')
    expect(size).toMatchObject({ type: 'number', minimum: 0, maximum: 100 })
    expect([shownValue(size, {}), shownValue(size, { size: 1572864 }), shownValue(size, { size: 0 })]).toEqual(['2', '1.5', '0'])
    expect(optionValues([size], { size: '2.5' })).toEqual({ size: 2621440 })
  })

  it('hands over what was typed in the shape of the schema', () => {
    const typed = {
      botToken: ' 1:abc ',
      mode: 'webhook',
      albums: false,
      origins: 'a.example\n\n b.example ',
      retries: '3',
      extra: '{"a":1}',
      'greeting.ru': 'Привет',
    }
    expect(optionValues(fields, typed)).toEqual({
      botToken: '1:abc',
      mode: 'webhook',
      albums: false,
      origins: ['a.example', 'b.example'],
      retries: 3,
      extra: { a: 1 },
      greeting: { ru: 'Привет' },
    })
  })
})
