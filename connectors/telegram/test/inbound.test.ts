import { readdirSync, readFileSync } from 'node:fs'
import type { InboundEvent } from '@parley/schema/connector'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../src/inbound.ts'
import { options } from '../src/options.ts'

const given = options.parse({ botToken: '123456789:AAtoken-of-the-tests' })
const folder = new URL('fixtures/', import.meta.url)

interface Fixture {
  update: Record<string, unknown>
  events: InboundEvent[]
}

const fixtures = readdirSync(folder).map(
  (name) => [name.replace('.json', ''), JSON.parse(readFileSync(new URL(name, folder), 'utf8'))] as [string, Fixture],
)

describe('an update of Telegram', () => {
  test.each(fixtures)('%s is read as it was meant', (_, { update, events }) => {
    expect(parse(update, given)).toEqual(events)
  })

  test('of a group counts where the admin wants groups, with its title and its author', () => {
    const update = fixtures.find(([name]) => name === 'group-is-ignored')?.[1].update
    expect(parse(update, { ...given, groups: true })).toMatchObject([
      { text: 'hi all', thread: { kind: 'group', title: 'Neighbours' }, from: { id: '5210001' } },
    ])
  })

  test('has the same key however it came, so that polling and webhook know each other', () => {
    const keys = (delivery: unknown) => parse(delivery, given).map(({ key }) => key)
    const update = fixtures.find(([name]) => name === 'text')?.[1].update
    expect(keys([update])).toEqual(keys(update))
  })

  test('of a batch stands in the order of its number, not of its place', () => {
    const said = (update_id: number) => ({
      update_id,
      message: { message_id: update_id, date: 1, chat: { id: 42, type: 'private' }, text: String(update_id) },
    })
    expect(parse([said(3), said(1), said(2)], given).map(({ key }) => key)).toEqual(['u1', 'u2', 'u3'])
  })

  test('never holds NUL, which no database column takes', () => {
    const [event] = parse({ update_id: 1, message: { message_id: 1, date: 1, chat: { id: 42, type: 'private' }, text: 'a\0b' } }, given)
    expect(event).toMatchObject({ text: 'a\uFFFDb' })
  })
})

describe('whatever comes in place of an update', () => {
  test('does no harm: 10,000 bodies with any value in any place', () => {
    fc.assert(
      fc.property(mutated, (delivery) => void checkShape(parse(delivery, { ...given, groups: true }))),
      { numRuns: 9_000 },
    )
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (delivery) => void checkShape(parse(delivery, given))),
      { numRuns: 1_000 },
    )
  })
})

const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    -1,
    0,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.MAX_VALUE,
    '\ud800',
    '__proto__',
    [],
    {},
    [null],
    [[]],
    { id: null },
  ),
  fc.jsonValue({ maxDepth: 2 }),
)

/** One of the fixtures with a few of its values, anywhere, replaced or taken out. */
const mutated = fc
  .tuple(fc.nat(fixtures.length - 1), fc.array(fc.tuple(fc.nat(200), fc.option(odd, { nil: undefined })), { minLength: 1, maxLength: 4 }))
  .map(([which, changes]) =>
    changes.reduce((body, [place, value]) => replaced(body, place, value), structuredClone(fixtures[which]?.[1].update) as object),
  )

function replaced(body: object, place: number, value: unknown): object {
  const places: [Record<string, unknown>, string][] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const name of Object.keys(node)) {
      places.push([node as Record<string, unknown>, name])
      visit((node as Record<string, unknown>)[name])
    }
  }
  visit(body)
  const [node, name] = places[place % Math.max(places.length, 1)] ?? []
  if (node && name) node[name] = structuredClone(value)
  return body
}

/** What the hub may rely on: ids are text, times are whole, lists hold what they say. */
function checkShape(events: InboundEvent[]): void {
  for (const event of events) {
    expect(event.key).toMatch(/^u-?\d+$/)
    expect(Number.isSafeInteger(event.at) && event.at >= 0).toBe(true)
    expect(event.thread.id).toMatch(/^[\w:.-]{1,200}$/)
    if ('from' in event) expect(event.from.id).toMatch(/^[\w:.-]{1,200}$/)
    if (event.type === 'message') expect([event.text ?? '', event.unsupported ?? ''].every((words) => typeof words === 'string')).toBe(true)
    if (event.type === 'message')
      for (const media of event.media ?? [])
        expect(Object.values(media).every((value) => ['string', 'number'].includes(typeof value))).toBe(true)
  }
}
