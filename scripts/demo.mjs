import './lib/node.mjs'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { endWithParent } from './lib/parent.mjs'
import { at, root } from './lib/repository.mjs'

process.chdir(root)
endWithParent()
await ensureInstalled()
await ensureBuilt('demo', 'console', 'widget')
await import(pathToFileURL(at('apps/hub/dist/demo.mjs')).href)
