import { parseArgs } from 'node:util'
import { startTelegramStandIn } from './index.ts'

/** As a process of its own: `serve.ts [--port 8081] [--token …] [--seed 1]`. Prints one line of JSON when it listens. */
const { values } = parseArgs({ options: { port: { type: 'string' }, token: { type: 'string' }, seed: { type: 'string' } } })
const standIn = await startTelegramStandIn({
  port: Number(values.port ?? 0),
  seed: Number(values.seed ?? 1),
  ...(values.token && { token: values.token }),
})
process.stdout.write(`${JSON.stringify({ apiRoot: standIn.apiRoot, token: standIn.token() })}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void standIn.stop())
