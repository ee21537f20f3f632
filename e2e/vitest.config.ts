import { defineConfig } from 'vitest/config'

/** Journeys start a hub of their own and a browser: one after the other, so that two cores are enough. They are patient: a slow machine is no fault of the product. */
export default defineConfig({
  test: {
    name: 'e2e',
    include: ['test/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    expect: { poll: { timeout: 40_000, interval: 25 } },
  },
})
