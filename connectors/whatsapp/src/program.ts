import type { News, Orders, Question } from './protocol.ts'
import { runWorker } from './worker.ts'

/** The process a supervisor starts: first come the orders, then questions. Without a supervisor there is nothing to do. */
process.once('message', (orders) => {
  const worker = runWorker(orders as Orders, tell, () => process.exit(0))
  process.on('message', (question) => void worker.answer(question as Question))
  process.once('disconnect', () => worker.end('The hub is gone.'))
  const give = (error: unknown) => worker.end(`The worker failed: ${error instanceof Error ? error.message : String(error)}`)
  process.on('uncaughtException', give)
  process.on('unhandledRejection', give)
  // A stop is told by the supervisor, not by the terminal both stand in.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => worker.end('It was stopped.'))
})

function tell(news: News) {
  if (process.connected) process.send?.(news, undefined, undefined, () => {})
}
