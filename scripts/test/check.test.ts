import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { chosen, countLine, runSteps, summary } from '../lib/check.mjs'
import { countTests, steps } from '../lib/steps.mjs'

const passing = { code: 0, output: '' }
const quietly = () => undefined

test('every step names the tool it needs', () => {
  expect(steps.map(({ name }) => name)).toEqual([
    'biome',
    'tsc',
    'vue-tsc',
    'boundaries',
    'knip',
    'translations',
    'build',
    'sizes',
    'vitest',
    'e2e',
  ])
})

test('a step whose files are missing fails instead of passing', async () => {
  const results = await runSteps([{ name: 'ghost', needs: ['no/such/file'], run: async () => passing }], quietly)
  expect(results).toMatchObject([{ name: 'ghost', ok: false }])
})

test('after a failure the other steps still run, and the summary names what failed', async () => {
  const results = await runSteps(
    [
      { name: 'first', run: async () => ({ code: 1, output: 'wrong' }) },
      { name: 'second', run: async () => passing },
      { name: 'third', alone: true, run: async () => passing },
    ],
    quietly,
  )
  expect(results.map(({ name, ok }) => [name, ok])).toEqual([
    ['first', false],
    ['second', true],
    ['third', true],
  ])
  expect(summary(results)).toContain('Failed: first')
})

test('the summary names each test that failed and why', () => {
  const report = {
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [
      {
        name: '/a.test.ts',
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'sums', failureMessages: [] },
          { status: 'failed', fullName: 'divides', failureMessages: ['Error: by zero\n    at line 1'] },
        ],
      },
    ],
  }
  const said = summary([{ name: 'vitest', ok: false, ms: 1, tests: countTests(report, []) }])
  expect(said).toContain('✗ divides: Error: by zero\n')
  expect(said).not.toContain('sums')
})

test('at most two steps run at once, and one that is alone has no company', async () => {
  let running = 0
  const seen: [string, number][] = []
  const step = (name: string, alone = false) => ({
    name,
    alone,
    run: async () => {
      running += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
      seen.push([name, running])
      running -= 1
      return passing
    },
  })
  await runSteps([step('a'), step('b'), step('c'), step('d', true)], quietly)
  expect(Math.max(...seen.map(([, count]) => count))).toBe(2)
  expect(seen.find(([name]) => name === 'd')).toEqual(['d', 1])
})

test('steps are chosen by name, and an unknown name is refused with the names there are', () => {
  expect(chosen(steps, ['knip', 'biome']).map(({ name }) => name)).toEqual(['biome', 'knip'])
  expect(() => chosen(steps, ['lint'])).toThrow(/No step is called lint. There are: biome, tsc/)
})

test('the last line sums the tests and counts a failed step without tests as one failure', () => {
  const results = [
    { name: 'biome', ok: false, ms: 1 },
    { name: 'vitest', ok: false, ms: 1, tests: { passed: 40, failed: 2, faults: [] } },
    { name: 'e2e', ok: true, ms: 1, tests: { passed: 5, failed: 0, faults: [] } },
  ]
  expect(countLine(results)).toBe('45 passed, 3 failed\n')
})

test('skipped tests, files that could not be run and folders without tests are failures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-count-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'a'))
  for (const name of ['ran.test.ts', 'broken.test.ts', 'forgotten.test.ts']) writeFileSync(join(folder, 'a', name), '')
  const report = {
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      { name: join(folder, 'a/ran.test.ts'), status: 'passed', assertionResults: [{ status: 'passed' }], message: '' },
      { name: join(folder, 'a/broken.test.ts'), status: 'failed', assertionResults: [], message: 'syntax' },
    ],
  }
  const { passed, failed, faults } = countTests(report, ['a', 'b'], (name: string) => join(folder, name))
  expect({ passed, failed }).toEqual({ passed: 3, failed: 4 })
  expect(faults.map((fault) => fault.replace(folder, ''))).toEqual([
    '/a/broken.test.ts could not be run: syntax',
    '1 tests were skipped',
    'b has no tests',
    '/a/forgotten.test.ts was not run',
  ])
  expect(countTests(undefined, [])).toMatchObject({ failed: 1 })
})
