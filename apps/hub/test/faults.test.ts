import { expect, test } from 'vitest'
import { ensureBundle } from '../../../e2e/gauntlet/bundle.ts'
import { killPoints } from '../../../e2e/gauntlet/faults.ts'
import { run } from '../../../e2e/gauntlet/run.ts'

/** The gauntlet in miniature; `pnpm gauntlet` is the long one. */
test('a hub killed at every failpoint and at random, whose database dies twice and whose clients are cut, loses nothing, doubles nothing and keeps every order', async () => {
  ensureBundle()
  const { counts, violations, struck } = await run({
    seed: 7,
    hubs: 1,
    program: 'bundle',
    visitors: 3,
    customersEach: 3,
    consoles: 3,
    pauseMs: 900,
    platformFaults: 0.02,
    plan: { randomKills: 1, failpointRounds: 1, databaseKills: 2, cuts: 25, gapMs: 400 },
  })
  expect(violations).toEqual([])
  expect(Object.keys(struck.failpoints).sort()).toEqual(killPoints.map(([point]) => point).sort())
  expect(struck.database).toHaveLength(2)
  expect(struck.cuts).toBe(25)
  expect(counts).toMatchObject({
    'inbound lost': 0,
    'inbound doubled': 0,
    'outbound lost': 0,
    'outbound doubled': 0,
    'feed gaps': 0,
    'delivery went back': 0,
  })
  expect(counts['inversions in the database']).toBe(0)
  expect(counts['inversions on a console']).toBe(0)
  // What is never put to the test proves nothing.
  for (const tried of ['inbound acknowledged', 'outbound acknowledged', 'updates handed over again', 'console resumes'])
    expect(counts[tried], tried).toBeGreaterThan(0)
}, 300_000)
