import { at, root } from './repository.mjs'
import { run } from './run.mjs'

/** Runs a program of the repository from its sources, in this terminal; resolves with its exit code. @param {string} file @param {string[]} args */
export async function runTypeScript(file, args) {
  const { code } = await run(process.execPath, ['--import', 'tsx', at(file), ...args], { cwd: root, shown: true })
  return code
}
