import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launcher, openStage, type Stage } from './stage.ts'

/** A project of somebody else, with the package installed as `npm pack` makes it. */
let project: string
let stage: Stage
let app: Server | undefined
const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: 'pipe' })
const installed = (path: string) => join(project, 'node_modules/parley-widget', path)

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'parley-package-'))
  writeFileSync(join(project, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }')
  run('npm', 'pack', fileURLToPath(new URL('../npm', import.meta.url)), '--silent')
  const packed = readdirSync(project).find((name) => name.endsWith('.tgz')) ?? ''
  run('npm', 'install', `./${packed}`, '--offline', '--no-audit', '--no-fund', '--silent')
  stage = await openStage()
}, 180_000)
afterAll(async () => {
  await stage?.close()
  app?.close()
  rmSync(project, { recursive: true, force: true })
})

/** Strictly; what must not be said is marked as an error that is expected. */
const pageOf = `import { loadParley } from 'parley-widget'
const parley = loadParley({ hub: 'https://chat.example.com', channel: 'x', consent: 'Chat' })
parley.set({ plan: 'Gold', seats: 3, vip: true, since: new Date(), likes: ['Tea'], phone: null })
const end: () => void = parley.on('unread', (count) => count.toFixed())
end()
parley.identify('token')
// @ts-expect-error: there is no such event
parley.on('nothing', () => {})
// @ts-expect-error: values are flat
parley.set({ plan: { deep: true } })
// @ts-expect-error: a token is text
parley.identify(7)
// @ts-expect-error: which channel?
loadParley({ hub: 'https://chat.example.com' })
`

describe('the package for npm', () => {
  it('brings its code, its types and nothing else', () => {
    expect(readdirSync(installed('.')).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json'])
    expect(readdirSync(installed('dist')).sort()).toEqual(['index.d.ts', 'index.js'])
    expect(readFileSync(installed('dist/index.js'), 'utf8').length).toBeLessThan(4_000)
    expect(JSON.parse(readFileSync(installed('package.json'), 'utf8')).dependencies).toBeUndefined()
  })

  it('knows what may be said and what is heard', () => {
    writeFileSync(join(project, 'page.ts'), pageOf)
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
    const strictly = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2020']
    expect(run(process.execPath, tsc, ...strictly, 'page.ts')).toBe('')
  }, 120_000)

  it('does nothing where there is no page', () => {
    writeFileSync(
      join(project, 'server.js'),
      "import { loadParley } from 'parley-widget'; const p = loadParley({ hub: 'https://chat.example.com', channel: 'x' }); p.open(); p.on('unread', () => {})(); console.log('rendered')",
    )
    expect(run(process.execPath, 'server.js')).toBe('rendered\n')
  })

  it('puts the chat on a page once, and hears of it until it hears no more', async () => {
    const code = readFileSync(installed('dist/index.js'), 'utf8').replace('export function', 'function')
    const begin = `const here = { hub: '${stage.hub.origin}', channel: 'demo' }; window.parley = loadParley(here); loadParley(here); window.heard = [];
      window.end = parley.on('open', () => heard.push('open')); parley.on('close', () => heard.push('close')); parley.set({ plan: 'Gold' })`
    // An application that carries it in its own script.
    app = createServer((_, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(`<!doctype html><title>App</title><main>App</main><script>${code};${begin}</script>`)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => app?.once('listening', resolve))
    const { page } = await stage.aVisit({ address: `http://localhost:${(app.address() as AddressInfo).port}/` })
    await launcher(page).waitFor()
    await page.evaluate('parley.open()')
    await page.locator('iframe').waitFor()
    await page.evaluate('parley.close()')
    await page.waitForFunction('heard.length === 2')
    await page.evaluate('end(); parley.toggle(); parley.toggle()')
    await page.waitForFunction('heard.length === 3')
    expect(await page.evaluate('heard')).toEqual(['open', 'close', 'close'])
    expect(await page.locator('script[data-channel]').count()).toBe(1)
  })
})
