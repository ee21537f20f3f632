import { spawn } from 'node:child_process'

/**
 * Runs a program and resolves with its exit code and, unless it writes straight to the terminal, what it said.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shown?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd, env, shown = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: shown ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
    const said = []
    child.stdout?.on('data', (chunk) => said.push(chunk))
    child.stderr?.on('data', (chunk) => said.push(chunk))
    child.once('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }))
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, output: Buffer.concat(said).toString() + (signal ? `\nended by ${signal}` : '') }),
    )
  })
}

/** Shows what is wrong and ends. @param {string} message @returns {never} */
export function giveUp(message) {
  process.stderr.write(`\n${message}\n`)
  process.exit(1)
}

/** Says what is being done, and the time it took when it succeeded. @param {string} what @param {() => Promise<{ code: number, output: string }>} job */
export async function timed(what, job) {
  const started = performance.now()
  process.stdout.write(`${what} …\n`)
  const result = await job()
  if (result.code === 0) process.stdout.write(`${what}: done in ${seconds(performance.now() - started)}\n`)
  return result
}

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`
