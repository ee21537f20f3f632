import { defineConfig } from 'vitest/config'

/** Journeys start a hub of their own and a browser: one after the other, so that two cores are enough. */
export default defineConfig({
  test: {
    name: 'e2e',
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    expect: { poll: { timeout: 20_000, interval: 25 } },
  },
})
