import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLSchema, isEnumType } from 'graphql'
import { expect, test } from 'vitest'
import * as vocabulary from '../src/vocabulary.ts'

const contracts = ['api.graphql', 'visitor.graphql']

/** The enum of the API that says the same as a list of the vocabulary. GraphQL names have neither dots nor dashes. */
const sameLists: Record<string, readonly string[]> = {
  ChannelKind: vocabulary.channelKinds,
  Role: vocabulary.roles,
  Presence: vocabulary.presences,
  ChatState: vocabulary.chatStates,
  ChatSection: vocabulary.chatSections,
  AuthorKind: vocabulary.authorKinds,
  Direction: vocabulary.directions,
  Delivery: vocabulary.deliveries,
  MediaKind: vocabulary.mediaKinds,
  FileState: vocabulary.fileStates,
  ConnectionState: vocabulary.connectionStates,
  UserAction: vocabulary.userActions,
  ActivityType: vocabulary.activityTypes,
  EventType: vocabulary.eventTypes,
  Language: vocabulary.languages,
}

test.each(contracts)('%s is a whole schema with queries, commands and a subscription', (file) => {
  const schema = read(file)
  expect([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map((type) => type?.name)).toEqual([
    'Query',
    'Mutation',
    'Subscription',
  ])
})

test.each(contracts)('every enum of %s has the words of the vocabulary', (file) => {
  const enums = Object.values(read(file).getTypeMap()).filter((type) => isEnumType(type) && !type.name.startsWith('__'))
  const known = enums.flatMap((type) => (isEnumType(type) && sameLists[type.name] ? [type] : []))
  expect(known.length).toBeGreaterThan(0)
  for (const type of known) {
    expect([
      type.name,
      type
        .getValues()
        .map(({ name }) => name)
        .sort(),
    ]).toEqual([type.name, sameLists[type.name]?.map(apiName).sort()])
  }
})

test('the API knows every list that it shares with the vocabulary', () => {
  expect(Object.keys(sameLists).filter((name) => !isEnumType(read('api.graphql').getType(name)))).toEqual([])
})

test('no list says a word twice', () => {
  const lists = Object.entries(vocabulary).flatMap(([name, value]) =>
    Array.isArray(value) ? [[name, value as readonly string[]] as const] : [],
  )
  expect(lists.length).toBeGreaterThan(10)
  for (const [name, list] of lists) expect([name, new Set(list).size]).toEqual([name, list.length])
})

test('a delivery moves forward from queued to read; only what is uncertain or failed stands beside something', () => {
  const { deliveryRank: rank } = vocabulary
  const way = ['queued', 'sending', 'sent', 'delivered', 'read'] as const
  expect(way.map((state) => rank[state])).toEqual([...way.map((state) => rank[state])].sort((a, b) => a - b))
  expect(new Set(way.map((state) => rank[state])).size).toBe(way.length)
  expect(rank.unknown).toBeGreaterThan(rank.sending)
  expect(rank.failed).toBeGreaterThan(rank.sending)
  expect(Math.max(rank.unknown, rank.failed)).toBeLessThan(rank.sent)
})

test('every limit is a positive whole number', () => {
  for (const [name, limit] of Object.entries(vocabulary.limits)) expect([name, Number.isInteger(limit) && limit > 0]).toEqual([name, true])
})

function read(file: string): GraphQLSchema {
  return buildSchema(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))
}

function apiName(word: string): string {
  return word.replaceAll(/[.-]/g, '_')
}
