import { createMemory, until } from '@parley/conformance'
import { startTelegramStandIn } from '@parley/conformance/telegram'
import { createTelegram } from '../src/index.ts'
import { usualTiming } from '../src/timing.ts'

/** Starts a connection with its usual waits, stops it at the moment named, and must then end without being told to. */
const when = process.argv[2]
const standIn = await startTelegramStandIn()
standIn.meet(42)
const memory = createMemory()
if (when === 'during a start') standIn.fault({ kind: 'slow', method: '*', probability: 1, ms: 60_000 })
const connection = createTelegram({ ...usualTiming, graceMs: 50 }).connect(hostOf())
const started = connection.start()
if (when === 'during a start') await until('the start has begun', () => standIn.ledger.calls.getMe)
else await started
if (when === 'during a send') await beginSend()
await connection.stop()
await standIn.stop()
process.stdout.write('stopped\n')

function hostOf() {
  const given = createTelegram().options.parse({ botToken: standIn.token(), apiRoot: standIn.apiRoot })
  const report = (state: (typeof memory.reports)[number]) => void memory.reports.push(state)
  return {
    options: given,
    signal: new AbortController().signal,
    fetch,
    report,
    cursor: async () => undefined,
    log: console,
  } as unknown as Parameters<ReturnType<typeof createTelegram>['connect']>[0]
}

async function beginSend() {
  standIn.fault({ kind: 'slow', ms: 60_000 })
  void connection.send({
    key: 'm.0',
    attempt: 1,
    firstTriedAt: 0,
    thread: { id: '42', kind: 'direct' },
    to: { id: '42' },
    content: { type: 'text', text: 'hi' },
  })
  await until('the send has begun', () => standIn.ledger.calls.sendMessage)
}
