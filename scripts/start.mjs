import './lib/node.mjs'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { endWithParent } from './lib/parent.mjs'
import { at, root } from './lib/repository.mjs'

process.chdir(root)
endWithParent()
await ensureInstalled()
await ensureBuilt('hub', 'console', 'widget')
// In this very process: Ctrl-C, signals and the exit code are the hub's own, with nobody in between.
await import(pathToFileURL(at('apps/hub/dist/main.mjs')).href)
