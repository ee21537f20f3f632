import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { alone } from './alone.mjs'
import { compressAssets } from './compress.mjs'
import { at, environmentOf, hashOf, packages } from './repository.mjs'
import { giveUp, run, timed } from './run.mjs'

const shared = ['pnpm-lock.yaml', 'tsconfig.json', 'scripts/lib', 'schema']
const connectors = () => packages().filter((folder) => folder.startsWith('connectors/'))

/** What is built, from which sources, into which files. */
const targets = {
  hub: {
    from: () => ['apps/hub/src', 'apps/hub/package.json', ...connectors(), ...shared],
    to: ['apps/hub/dist/main.mjs', 'apps/hub/dist/whatsapp.mjs'],
    how: () =>
      bundles(['apps/hub/src/main.ts', 'apps/hub/dist/main.mjs'], ['connectors/whatsapp/src/program.ts', 'apps/hub/dist/whatsapp.mjs']),
  },
  demo: {
    from: () => ['apps/hub/src', 'apps/hub/package.json', ...connectors(), ...shared],
    to: ['apps/hub/dist/demo.mjs'],
    how: () => bundle('apps/hub/src/demo/main.ts', 'apps/hub/dist/demo.mjs'),
  },
  console: { from: () => ['apps/console', ...shared], to: ['apps/console/dist/index.html'], how: () => ownBuild('apps/console') },
  widget: { from: () => ['widget', ...shared], to: ['widget/dist/widget.js', 'widget/dist/app/index.html'], how: () => ownBuild('widget') },
}

/** Builds what is older than its sources, or ends with what went wrong. @param {(keyof typeof targets)[]} names */
export async function ensureBuilt(...names) {
  const { code, output } = await buildStale(...names)
  if (code !== 0) giveUp(output)
}

/** Builds what is older than its sources. @param {(keyof typeof targets)[]} names @returns {Promise<{ code: number, output: string }>} */
export async function buildStale(...names) {
  if (names.every(fresh)) return { code: 0, output: '' }
  return alone(at('node_modules/.cache/parley/building'), async () => {
    const failed = (await Promise.all(names.filter((name) => !fresh(name)).map(build))).filter(({ code }) => code !== 0)
    return { code: failed.length > 0 ? 1 : 0, output: failed.map(({ output }) => output).join('\n') }
  })
}

const stampOf = (name) => at('node_modules/.cache/parley', `${name}.built`)
const sourceHash = (name) => hashOf(targets[name].from().map((path) => at(path)))

function fresh(name) {
  if (!existsSync(stampOf(name)) || targets[name].to.some((file) => !existsSync(at(file)))) return false
  return readFileSync(stampOf(name), 'utf8') === sourceHash(name)
}

async function build(name) {
  // Taken before the build: what is changed meanwhile makes the next start build again.
  const hash = sourceHash(name)
  const { code, output } = await timed(`Building ${name}`, targets[name].how)
  const missing = targets[name].to.filter((file) => !existsSync(at(file)))
  if (code !== 0 || missing.length > 0)
    return { code: 1, output: `${output}\nBuilding ${name} failed${missing.length > 0 ? `: ${missing.join(', ')} did not come out` : ''}.` }
  mkdirSync(dirname(stampOf(name)), { recursive: true })
  writeFileSync(stampOf(name), hash)
  return { code: 0, output: '' }
}

/** In a process of its own: the hub that follows should not carry a bundler in its memory. */
const bundle = (entry, out) => run(process.execPath, [at('scripts/lib/bundle.mjs'), entry, out], { cwd: at('.') })

async function bundles(...pairs) {
  for (const [entry, out] of pairs) {
    const outcome = await bundle(entry, out)
    if (outcome.code !== 0) return outcome
  }
  return { code: 0, output: '' }
}

/** A package knows its own build: the `build` script of its package.json. */
async function ownBuild(folder) {
  const { scripts } = JSON.parse(readFileSync(at(folder, 'package.json'), 'utf8'))
  const outcome = await run('/bin/sh', ['-c', scripts.build], {
    cwd: at(folder),
    env: { ...environmentOf(folder), NODE_ENV: 'production' },
  })
  if (outcome.code === 0) await compressAssets(at(folder, 'dist'))
  return outcome
}
