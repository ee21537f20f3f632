import { seconds } from './run.mjs'
import { missingFor } from './steps.mjs'

/**
 * @typedef {import('./steps.mjs').Step} Step
 * @typedef {{ name: string, ok: boolean, ms: number, tests?: import('./steps.mjs').Tests }} Result
 */

/** Runs the steps, light ones two at a time, each to its end even when another failed. @param {Step[]} steps @param {(text: string) => void} [say] @returns {Promise<Result[]>} */
export async function runSteps(steps, say = (text) => void process.stdout.write(text)) {
  const results = []
  for (const group of groupsOf(steps)) {
    const waiting = [...group]
    const work = async () => {
      for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runStep(step, say))
    }
    await Promise.all([work(), work()])
  }
  return results
}

/** Neighbours that may run together, and those that run alone. @param {Step[]} steps @returns {Step[][]} */
function groupsOf(steps) {
  const groups = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (last && !step.alone && !last[0].alone) last.push(step)
    else groups.push([step])
  }
  return groups
}

/** @returns {Promise<Result>} */
async function runStep(step, say) {
  const started = performance.now()
  const missing = missingFor(step)
  const { code, output, tests } = missing.length > 0 ? { code: 1, output: `${missing.join(', ')} is missing` } : await step.run()
  const ms = performance.now() - started
  say(code === 0 ? `✓ ${step.name} ${seconds(ms)}\n` : `${output.trimEnd()}\n✗ ${step.name} ${seconds(ms)}\n`)
  return { name: step.name, ok: code === 0, ms, tests }
}

/** The steps that were asked for by name, or all. Throws on a name that there is not. @param {Step[]} steps @param {string[]} names */
export function chosen(steps, names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) throw new Error(`No step is called ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}`)
  return names.length > 0 ? steps.filter(({ name }) => names.includes(name)) : steps
}

/** A table of the steps and their times, and what failed by name: the end of an output is often all that is kept of it. @param {Result[]} results */
export function summary(results) {
  const lines = results.map(({ name, ok, ms }) => `  ${ok ? '✓' : '✗'} ${name.padEnd(14)} ${seconds(ms).padStart(8)}`)
  const failed = results.filter(({ ok }) => !ok).map(({ name }) => name)
  const failures = results.flatMap(({ tests }) => (tests?.failures ?? []).map((failure) => `  ✗ ${failure}\n`))
  return `\n${failures.join('')}${lines.join('\n')}\n${failed.length > 0 ? `Failed: ${failed.join(', ')}` : 'All is well.'}\n`
}

/** The sum of the tests; a step that failed and counts no tests is one failure. @param {Result[]} results */
export function countLine(results) {
  const passed = results.reduce((sum, { tests }) => sum + (tests?.passed ?? 0), 0)
  const failed = results.reduce((sum, { ok, tests }) => sum + Math.max(tests?.failed ?? 0, ok ? 0 : 1), 0)
  return `${passed} passed, ${failed} failed\n`
}
