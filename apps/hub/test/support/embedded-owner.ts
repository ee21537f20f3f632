import { startEmbedded } from '../../src/db/embedded.ts'
import { createLog } from '../../src/log.ts'

/** A process that owns a data directory until it is told to end; prints the address of its database, or why it was refused. */
const [dataDir = ''] = process.argv.slice(2)
try {
  const server = await startEmbedded({ dataDir, log: createLog('silent') })
  process.stdout.write(`${server.url}\n`)
  process.once('SIGTERM', () => void server.stop())
  process.once('SIGINT', () => void server.stop())
} catch (error) {
  process.stdout.write(`refused: ${(error as Error).message}\n`)
}
