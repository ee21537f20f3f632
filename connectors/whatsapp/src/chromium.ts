import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { environment } from './environment.ts'

const run = promisify(execFile)

export interface Chromium {
  path: string
  env: Record<string, string>
}

/**
 * The browser to use: the one that is named, else one installed on this machine, else the one of the npm package, unpacked
 * once into `cache`. Throws in words for the admin when none is there.
 */
export async function findChromium(named: string | undefined, cache: string): Promise<Chromium> {
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, and there is nothing.`)
  const path = named ?? installedChromium()
  return path ? { path, env: {} } : packagedChromium(cache)
}

export function installedChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
  const folders = (environment().PATH ?? '').split(delimiter)
  const places = [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return places.find((place) => existsSync(place))
}

/** What is done once to a browser that was unpacked, and with which environment it starts. */
interface Finish {
  prepare(part: string, folder: string): void
  env(folder: string): Record<string, string>
}
const plainly: Finish = { prepare: () => {}, env: () => ({}) }

/** Only for Linux, where the package has one. */
export async function packagedChromium(cache: string, finish: Finish = plainly): Promise<Chromium> {
  if (process.platform !== 'linux') throw new Error('No Chromium or Chrome is installed. Install one, or name it in CHROMIUM_PATH.')
  const folder = await unpacked(cache, finish)
  const path = join(folder, 'chromium')
  const env = finish.env(folder)
  // A machine without a desktop may lack libraries such as NSS; the package carries them too.
  for (const more of [env, { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }]) {
    if (await starts(path, more)) return { path, env: more }
  }
  throw new Error(`The Chromium in ${folder} does not start here; a library may be missing: ldd ${path}`)
}

const starts = (path: string, env: Record<string, string>): Promise<boolean> =>
  run(path, ['--version', '--no-sandbox'], { env: { ...environment(), ...env } }).then(
    () => true,
    () => false,
  )

/** Unpacks once per version (about 3 s, 225 MB); by a rename, so that processes that do it at once never see half a browser. */
async function unpacked(cache: string, finish: Finish): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const root = dirname(dirname(entry))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const folder = join(cache, `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const part = mkdtempSync(join(cache, 'part-'))
  try {
    await unpack(entry, root, part)
    finish.prepare(part, folder)
    renameSync(part, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  return folder
}

/** The package unpacks into the temporary directory of its process, so it gets a process whose temporary directory is ours. */
async function unpack(entry: string, root: string, target: string): Promise<void> {
  const program = `
    const { default: chromium, inflate } = await import(${JSON.stringify(pathToFileURL(entry).href)})
    await chromium.executablePath()
    await inflate(${JSON.stringify(join(root, 'bin', 'al2023.tar.br'))})`
  await run(process.execPath, ['--input-type=module', '-e', program], { env: { ...environment(), TMPDIR: target } })
}
