import './heap.ts'
import { loadEnv } from './env.ts'
import { StartFault } from './fault.ts'
import { startHub } from './hub.ts'
import { createLog } from './log.ts'

try {
  const env = loadEnv()
  const log = createLog(env.logLevel)
  const starting = startHub(env, log)
  let ending = false
  const end = () => {
    // The second signal means now.
    if (ending) process.exit(1)
    ending = true
    const late = setTimeout(() => process.exit(1), 25_000)
    late.unref()
    void starting
      .then((hub) => hub.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      )
  }
  // Before the hub answers: whoever hears its first answer may end it at once.
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  const hub = await starting
  process.stdout.write(
    `\nParley is at ${hub.url}\n${hub.setupUrl ? `\nOpen this link once to make your workspace and its admin:\n\n  ${hub.setupUrl}\n\n` : ''}`,
  )
} catch (error) {
  if (!(error instanceof StartFault)) throw error
  process.stderr.write(`\n${error.message}\n\n`)
  process.exit(1)
}
