import { describe, expect, it } from 'vitest'
import { optionFields, optionValues, shownValue } from '../src/components/channel/optionFields.ts'

const schema = {
  type: 'object',
  properties: {
    botToken: { type: 'string', secret: true, description: 'From the platform' },
    mode: { enum: ['polling', 'webhook'], default: 'polling' },
    albums: { type: 'boolean', default: true },
    origins: { type: 'array', items: { type: 'string' } },
    retries: { type: 'integer', minimum: 0 },
    extra: { type: 'object' },
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
    ])
    expect(fields[0]).toMatchObject({ label: 'Bot token', help: 'From the platform', required: true })
  })

  it('never shows a secret, and leaves one that was not typed as it is', () => {
    const [token] = fields
    expect(token && shownValue(token, 'stored')).toBe('')
    expect(optionValues(fields, { botToken: '', mode: 'polling', albums: true })).not.toHaveProperty('botToken')
  })

  it('hands over what was typed in the shape of the schema', () => {
    const typed = {
      botToken: ' 1:abc ',
      mode: 'webhook',
      albums: false,
      origins: 'a.example\n\n b.example ',
      retries: '3',
      extra: '{"a":1}',
    }
    expect(optionValues(fields, typed)).toEqual({
      botToken: '1:abc',
      mode: 'webhook',
      albums: false,
      origins: ['a.example', 'b.example'],
      retries: 3,
      extra: { a: 1 },
    })
  })
})
