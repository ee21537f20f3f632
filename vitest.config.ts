import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = dirname(fileURLToPath(import.meta.url))
const graphqlFolder = dirname(createRequire(join(root, 'apps/hub/package.json')).resolve('graphql/package.json'))

/** Vite and Node would each load their own graphql (index.mjs and index.js), and it refuses types of another copy. */
const oneGraphql = [{ find: /^graphql$/, replacement: join(graphqlFolder, 'index.js') }]

interface Room {
  name: string
  folder: string
  timeout?: number
  setup?: string
}

const rooms: Room[] = [
  { name: 'schema', folder: 'schema' },
  { name: 'connectors', folder: 'connectors', timeout: 30_000 },
  { name: 'hub', folder: 'apps/hub', timeout: 30_000, setup: 'apps/hub/test/support/postgres.setup.ts' },
  { name: 'scripts', folder: 'scripts', timeout: 60_000 },
]

/** The rooms with components bring their own vite settings (vue, preact, jsdom or none). */
const roomsWithOwnConfig = ['apps/console', 'widget', 'e2e']

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [...rooms.map(projectOf), ...roomsWithOwnConfig],
  },
})

function projectOf({ name, folder, timeout = 10_000, setup }: Room) {
  return {
    resolve: { alias: oneGraphql },
    test: {
      name,
      root: join(root, folder),
      include: ['**/test/**/*.test.ts'],
      testTimeout: timeout,
      hookTimeout: 240_000,
      server: { deps: { inline: [/@pothos/, /graphql-yoga/, /graphql-ws/] } },
      ...(setup ? { globalSetup: [join(root, setup)] } : {}),
    },
  }
}
