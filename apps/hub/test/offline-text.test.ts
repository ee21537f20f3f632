import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, post, setUp, startTestHub, type TestHub } from './support/hub.ts'

let hub: TestHub
let ada: Person
beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
}, 120_000)
afterAll(() => hub.drop())

const open = async (offlineText?: Record<string, string>): Promise<string> => {
  const { createChannel } = await ada.get(
    'mutation($i: CreateChannelInput!) { createChannel(input: $i) { ... on Channel { publicKey options } ... on Refusal { code field } } }',
    { i: { kind: 'web', name: 'Shop', options: { name: 'Shop', ...(offlineText && { offlineText }) } } },
  )
  expect(createChannel.options.offlineText).toEqual(offlineText ?? {})
  return createChannel.publicKey
}
const read = async (key: string, language: string) => {
  const query = { query: 'query($key: String!) { site(key: $key) { offlineText } }', variables: { key } }
  const response = await post(hub.url, '/widget/graphql', query, { 'accept-language': language })
  return ((await response.json()) as { data: { site: { offlineText: string | null } } }).data.site.offlineText
}

test('what an admin says while nobody is there reaches the visitor in his language, else in the company’s', async () => {
  const key = await open({ en: 'Back at nine.', es: 'Volvemos a las nueve.', ru: 'Мы вернёмся в девять.' })
  expect([await read(key, 'ru'), await read(key, 'es'), await read(key, 'pt-BR')]).toEqual([
    'Мы вернёмся в девять.',
    'Volvemos a las nueve.',
    'Back at nine.',
  ])
}, 60_000)

test('a company that says nothing leaves the words to the widget', async () => {
  expect(await read(await open(), 'es')).toBe(null)
}, 60_000)
