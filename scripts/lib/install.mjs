import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { at, hashOf, packages, root } from './repository.mjs'
import { giveUp, run, timed } from './run.mjs'

const stamp = at('node_modules/.parley-installed')

/** Installs the packages when there are none or the lockfile names others than those that are there. */
export async function ensureInstalled() {
  const wanted = hashOf(
    [at('pnpm-lock.yaml'), at('pnpm-workspace.yaml'), at('package.json'), ...packages().map((folder) => at(folder, 'package.json'))],
    process.platform,
    process.arch,
  )
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const { packageManager } = JSON.parse(readFileSync(at('package.json'), 'utf8'))
  const [command, ...first] = npx()
  const args = [
    ...first,
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--prod=false',
    '--no-ignore-scripts',
    '--config.node-linker=isolated',
    '--config.optional=true',
    '--reporter=append-only',
  ]
  const { code, output } = await timed('Installing packages', () => run(command, args, { cwd: root, env: installEnvironment() }))
  if (code !== 0)
    giveUp(`${output}\nThe packages could not be installed. Check the network and the registry that npm is set to, then try again.`)
  writeFileSync(stamp, wanted)
}

/** npx beside the npm that runs this script; else the one on the path. */
function npx() {
  const npm = process.env.npm_execpath ?? ''
  const beside = join(dirname(npm), 'npx-cli.js')
  if (npm && existsSync(beside)) return [process.execPath, beside]
  return process.platform === 'win32' ? ['npx.cmd'] : ['npx']
}

/** What a person's npm is set to leave out, this build needs; and no package may fetch a browser of its own. */
function installEnvironment() {
  const unwanted =
    /^npm_config_(omit|only|production|optional|include|ignore_scripts|global|location|prefix|dry_run|json|workspaces?|node_options|frozen_lockfile|lockfile.*|package_lock.*)$/i
  const kept = Object.entries(process.env).filter(([name]) => !unwanted.test(name) && name !== 'NODE_ENV' && name !== 'NODE_OPTIONS')
  return {
    ...Object.fromEntries(kept),
    CI: 'true',
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    PUPPETEER_SKIP_DOWNLOAD: '1',
    PUPPETEER_SKIP_CHROMIUM_DOWNLOAD: '1',
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
  }
}
