import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Chromium, findChromium, installedChromium, packagedChromium } from '@parley/whatsapp/chromium'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { openTypeOf } from './font.ts'

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))

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

/** The Chromium that tests use. */
export async function findBrowser(): Promise<Chromium> {
  const named = process.env.CHROMIUM_PATH ?? installedChromium()
  if (named) return findChromium(named, cache)
  return packagedChromium(cache, {
    prepare(part, folder) {
      writeFileSync(join(part, 'fonts', 'NotoColorEmoji.ttf'), emojiFont())
      writeFileSync(join(part, 'fonts.conf'), fontSettings(folder))
    },
    env: (folder) => ({ FONTCONFIG_FILE: join(folder, 'fonts.conf') }),
  })
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
