import { createRequire } from 'node:module'
import type { ChannelKind } from '@parley/schema/vocabulary'
import { listModules, moduleOf } from '../../src/gateway/registry.ts'

/** Tells which libraries of platforms are loaded once the kinds are listed and those named are used. */
listModules()
for (const kind of process.argv.slice(2)) await moduleOf(kind as ChannelKind)
const folders = Object.keys(createRequire(import.meta.url).cache).flatMap(
  (path) => path.split('node_modules/').slice(1).at(-1)?.split('/')[0] ?? [],
)
process.stdout.write(JSON.stringify([...new Set(folders)]))
