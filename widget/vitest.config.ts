import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

const require = createRequire(import.meta.url)

export default defineConfig({
  // The package has an ES and a CommonJS face; a schema of one is unknown to the other.
  resolve: { alias: [{ find: /^graphql$/, replacement: require.resolve('graphql') }] },
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000, server: { deps: { inline: ['graphql-ws'] } } },
})
