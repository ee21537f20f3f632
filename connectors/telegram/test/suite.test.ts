import { runCase, type Subject, setPatience } from '@parley/conformance'
import type { Connection, ConnectorModule, Host } from '@parley/schema/connector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { subject } from './rig.ts'

/** A connector with one fault a hurried author might make, and the case that must find it. */
const sound = subject('webhook')
const { module } = sound
let count = 0

const faults: [string, number, Partial<ConnectorModule>, Subject?][] = [
  [
    'makes a new key for each delivery',
    2,
    { parse: (delivery, given) => module.parse(delivery, given as never).map((event) => ({ ...event, key: `${++count}` })) },
  ],
  [
    'trims what the customer wrote',
    1,
    {
      parse: (delivery, given) =>
        module
          .parse(delivery, given as never)
          .map((event) => (event.type === 'message' ? { ...event, text: event.text?.replace(/\u200b/g, '') } : event)),
    },
  ],
  [
    'hides content it does not know',
    9,
    {
      parse: (delivery, given) => module.parse(delivery, given as never).filter((event) => event.type !== 'message' || !event.unsupported),
    },
  ],
  ['believes every delivery', 10, { webhook: { verify: () => ({ verdict: 'accepted' }) } }],
  [
    'listens to groups unasked',
    12,
    { parse: (delivery) => module.parse(delivery, { ...module.options.parse(sound.options), groups: true } as never) },
  ],
  [
    'cuts text at a fixed length',
    19,
    {
      plan: (message) => ({
        warnings: [],
        parts: pieces(message.text ?? '').map((text) => ({ thread: message.thread, to: message.to, content: { type: 'text', text } })),
      }),
    },
  ],
  [
    'takes any size',
    29,
    {
      plan: ({ files = [], ...to }) => ({
        warnings: [],
        parts: files.map((file) => ({ thread: to.thread, to: to.to, content: { type: 'media', kind: 'file', file } })),
      }),
    },
  ],
  ['tries again when the answer was lost', 24, connecting((inner) => ({ ...inner, send: async (part) => again(await inner.send(part)) }))],
  ['forgets a refusal', 22, connecting((inner) => ({ ...inner, send: async (part) => again(await inner.send(part)) }))],
  ['confirms before it stores', 5, { connect: (host) => module.connect(confirmingFirst(host) as never) }, subject('polling')],
  ['says that all is well', 39, connecting((inner) => ({ ...inner, health: async () => ({ ok: true }) }))],
]

beforeAll(() => setPatience(2_000))
afterAll(() => setPatience(10_000))

describe('the suite finds a connector that', () => {
  test.each(faults)('%s (case %i)', async (_, number, fault, of = sound) => {
    await runCase(number, of)
    await expect(runCase(number, { ...of, module: { ...of.module, ...fault } })).rejects.toThrow()
  })
})

function confirmingFirst<Options>(host: Host<Options>): Host<Options> {
  let cursor: string | undefined
  const commit: Host<Options>['commit'] = (input) => {
    cursor = input.cursor
    return host.commit(input)
  }
  return { ...host, commit, cursor: async () => cursor ?? host.cursor() }
}

function connecting(change: (inner: Connection) => Connection): Partial<ConnectorModule> {
  return { connect: (host) => change(module.connect(host as never)) }
}

function again(outcome: Awaited<ReturnType<Connection['send']>>): Awaited<ReturnType<Connection['send']>> {
  return outcome.outcome === 'unknown' || outcome.outcome === 'failed'
    ? { outcome: 'retry', failure: outcome.failure, scope: 'part' }
    : outcome
}

function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,4095}/g) ?? []
}
