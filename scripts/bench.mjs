import './lib/node.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { runTypeScript } from './lib/typescript.mjs'

await ensureInstalled()
await ensureBuilt('hub', 'console', 'widget')
process.exitCode = await runTypeScript('bench/src/main.ts', process.argv.slice(2))
