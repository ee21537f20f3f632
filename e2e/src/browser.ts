import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { openTypeOf } from './font.ts'

const run = promisify(execFile)
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))

interface Program {
  path: string
  env: Record<string, string>
}

/** Nothing of the browser's own may leave the machine or make one run differ from the next. */
const quiet = [
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'],
  ...['--disable-domain-reliability', '--no-pings', '--no-default-browser-check', '--font-render-hinting=none', '--disable-dev-shm-usage'],
]

/**
 * Starts a Chromium: the one named by CHROMIUM_PATH, else one installed on this machine, else the one that comes with
 * the packages. Throws when none runs; a missing browser is a failure, not a reason to skip.
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const program = await findBrowser()
  // Chromium refuses its sandbox to root; it opens only our own pages here.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-setuid-sandbox'] : []
  return chromium.launch({
    ...options,
    executablePath: program.path,
    chromiumSandbox: false,
    args: [...quiet, ...sandbox, ...(options.args ?? [])],
    env: { ...definedOf(process.env), ...program.env, ...definedOf(options.env ?? {}) },
  })
}

async function findBrowser(): Promise<Program> {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, and there is nothing.`)
    return { path: named, env: {} }
  }
  const installed = installedBrowser()
  return installed ? { path: installed, env: {} } : packagedBrowser()
}

function installedBrowser(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return places.find((place) => existsSync(place))
}

async function packagedBrowser(): Promise<Program> {
  if (process.platform !== 'linux') throw new Error('No Chromium or Chrome is installed. Install one, or name it in CHROMIUM_PATH.')
  const folder = await unpacked()
  const path = join(folder, 'chromium')
  const fonts = { FONTCONFIG_FILE: join(folder, 'fonts.conf') }
  for (const env of [fonts, { ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }]) {
    if (await starts(path, env)) return { path, env }
  }
  throw new Error(`The Chromium in ${folder} does not start here; a library may be missing: ldd ${path}`)
}

/** A machine without a desktop may lack libraries such as NSS; the package carries them too. */
async function starts(path: string, env: Record<string, string>): Promise<boolean> {
  return run(path, ['--version', '--no-sandbox'], { env: { ...process.env, ...env } }).then(
    () => true,
    () => false,
  )
}

/** Unpacks once per version (about 3 s, 225 MB); by a rename, so that test workers that do it at once never see half a browser. */
async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const root = dirname(dirname(entry))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const folder = join(cache, `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const part = mkdtempSync(join(cache, 'part-'))
  try {
    await unpack(entry, root, part)
    writeFileSync(join(part, 'fonts', 'NotoColorEmoji.ttf'), emojiFont())
    writeFileSync(join(part, 'fonts.conf'), fontSettings(folder))
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
  await run(process.execPath, ['--input-type=module', '-e', program], { env: { ...process.env, TMPDIR: target } })
}

/** Its drawings as SVG are for other browsers and three quarters of its size. */
function emojiFont(): Buffer {
  const file = createRequire(import.meta.url).resolve('@fontsource/noto-color-emoji/files/noto-color-emoji-emoji-400-normal.woff')
  return openTypeOf(readFileSync(file), ['SVG '])
}

/** The fonts that came along (Latin, Greek, Cyrillic, emoji) and whatever the machine has. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family><family>DejaVu Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
`
}

function definedOf(values: Record<string, string | number | boolean | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))
}
