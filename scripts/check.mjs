import './lib/node.mjs'
import { parseArgs } from 'node:util'
import { chosen, countLine, runSteps, summary } from './lib/check.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { giveUp } from './lib/run.mjs'
import { steps } from './lib/steps.mjs'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })

await ensureInstalled()
const results = await runSteps(wanted(values.only))
process.stdout.write(summary(results))
if (results.some(({ tests }) => tests)) process.stdout.write(countLine(results))
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1

function wanted(only) {
  try {
    return chosen(steps, only.split(',').filter(Boolean))
  } catch (error) {
    return giveUp(error.message)
  }
}
