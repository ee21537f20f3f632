import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { buildStale } from './build.mjs'
import { at, environmentOf, filesBelow, root } from './repository.mjs'
import { run } from './run.mjs'

/**
 * @typedef {{ passed: number, failed: number, faults: string[], failures?: string[] }} Tests `failures` names each test that failed, with the first line of why
 * @typedef {{ code: number, output: string, tests?: Tests }} Outcome
 * @typedef {{ name: string, alone?: boolean, needs?: string[], run: () => Promise<Outcome> }} Step
 */

/** Folders whose tests run, each of which must have some. */
const tested = ['schema', 'connectors', 'apps/hub', 'apps/console', 'widget', 'scripts']

/** Everything that is checked, in order; steps that are not `alone` run two at a time. @type {Step[]} */
export const steps = [
  tool('biome', ['ci', '--error-on-warnings', '.'], { needs: ['biome.json'] }),
  several('tsc', () =>
    ['.', 'scripts', 'widget', 'e2e'].map((folder) => [
      'tsc',
      '--project',
      folder,
      '--incremental',
      '--tsBuildInfoFile',
      at('node_modules/.cache/parley', `${folder.replace('.', 'root')}.tsbuildinfo`),
    ]),
  ),
  tool('vue-tsc', ['--noEmit', '--project', 'apps/console'], { needs: ['apps/console/tsconfig.json', 'apps/console/src/main.ts'] }),
  tool('depcruise', ['--config', '.dependency-cruiser.cjs', 'schema', 'connectors', 'apps', 'widget', 'e2e'], {
    name: 'boundaries',
    needs: ['.dependency-cruiser.cjs'],
  }),
  tool('knip', [], { needs: ['knip.json'] }),
  { name: 'translations', run: () => run(process.execPath, [at('scripts/check-translations.mjs')], { cwd: root }) },
  { name: 'build', alone: true, run: () => buildStale('hub', 'demo', 'console', 'widget') },
  tool('size-limit', [], { name: 'sizes', needs: ['.size-limit.mjs'] }),
  tests('vitest', ['--project', '!e2e'], tested),
  tests('e2e', ['--project', 'e2e', '--no-file-parallelism'], ['e2e']),
]

/** @param {string} program @param {string[]} args @param {{ name?: string, needs?: string[] }} [more] @returns {Step} */
function tool(program, args, { name = program, needs = [] } = {}) {
  return { name, needs: [...needs, `node_modules/.bin/${program}`], run: () => run(program, args, { cwd: root, env: environmentOf() }) }
}

/** @returns {Step} */
function several(name, commands) {
  const runAll = async () => {
    const outcomes = []
    for (const [program, ...args] of commands()) outcomes.push(await run(program, args, { cwd: root, env: environmentOf() }))
    return { code: Math.max(...outcomes.map(({ code }) => code)), output: outcomes.map(({ output }) => output).join('') }
  }
  return {
    name,
    needs: commands().flatMap(([program, , folder]) => [`node_modules/.bin/${program}`, `${folder}/tsconfig.json`]),
    run: runAll,
  }
}

/** @param {string[]} folders each must have tests, and all of them must run @returns {Step} */
function tests(name, args, folders) {
  const report = at('node_modules/.cache/parley', `${name}.json`)
  const runTests = async () => {
    mkdirSync(at('node_modules/.cache/parley'), { recursive: true })
    rmSync(report, { force: true })
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const { code } = await run('vitest', ['run', ...args, ...reporters], {
      cwd: root,
      env: { ...environmentOf(), NODE_ENV: 'test' },
      shown: true,
    })
    const counted = countTests(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, folders)
    return {
      code: code || (counted.faults.length > 0 ? 1 : 0),
      output: counted.faults.map((fault) => `${fault}\n`).join(''),
      tests: counted,
    }
  }
  return { name, alone: true, needs: ['vitest.config.ts', 'node_modules/.bin/vitest'], run: runTests }
}

/**
 * Counts the tests of a report of vitest. A file that could not be run, a test that was skipped and a folder without
 * tests are faults: each of them looks like success otherwise.
 * @returns {Tests}
 */
export function countTests(report, folders, path = at) {
  if (!report) return { passed: 0, failed: 1, faults: ['the tests left no report'] }
  const files = report.testResults
  const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'))
  const skipped = report.numPendingTests + report.numTodoTests
  const ran = new Set(files.map(({ name }) => name))
  const faults = [
    ...broken.map(({ name, message }) => `${name} could not be run: ${message}`),
    ...(skipped > 0 ? [`${skipped} tests were skipped`] : []),
    ...folders.filter((folder) => !files.some(({ name }) => name.startsWith(`${path(folder)}/`))).map((folder) => `${folder} has no tests`),
    ...folders.flatMap((folder) =>
      filesBelow(path(folder))
        .filter((file) => file.endsWith('.test.ts') && !ran.has(file))
        .map((file) => `${file} was not run`),
    ),
  ]
  const failures = files.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages?.[0]?.split('\n')[0] ?? ''}`),
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests + faults.length, faults, failures: [...failures, ...faults] }
}

/** What a step needs and is not there. @param {Step} step */
export const missingFor = ({ needs = [] }) => needs.filter((path) => !existsSync(at(path)))
