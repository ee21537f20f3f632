import './lib/node.mjs'
import { countLine, runSteps, summary } from './lib/check.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { steps } from './lib/steps.mjs'

await ensureInstalled()
const results = await runSteps(steps)
process.stdout.write(summary(results))
// The last line, plain, for whoever reads it by machine.
process.stdout.write(countLine(results))
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
