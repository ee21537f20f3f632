import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'

/** The Chromium named by CHROMIUM_PATH, or installed here, or else the one that comes with the packages. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? installed()
  const args = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage']
  if (executablePath) return chromium.launch({ executablePath, args })
  const { default: packaged, inflate } = await import('@sparticuz/chromium')
  const path = await packaged.executablePath()
  // A machine without a desktop may lack libraries such as NSS; the package carries them too.
  await inflate(join(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))), 'bin', 'al2023.tar.br'))
  const start = (env: Record<string, string>) =>
    chromium.launch({ executablePath: path, args, env: { PATH: process.env.PATH ?? '', ...env } })
  return start({}).catch(() => start({ LD_LIBRARY_PATH: join(tmpdir(), 'al2023', 'lib') }))
}

function installed(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path))
}

/** Builds loader and app as they are shipped into a folder of their own, to be removed after use. */
export async function buildWidget(): Promise<{ folder: URL; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'widget-'))
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const common = { logLevel: 'error', mode: 'production' } as const
  // The test runner's own value would build a copy for tests, which nobody gets.
  process.env.NODE_ENV = 'production'
  await build({ ...common, configFile: file('../vite.config.ts'), build: { outDir: join(folder, 'app') } })
  await build({ ...common, configFile: file('../vite.loader.config.ts'), build: { outDir: folder } })
  return { folder: pathToFileURL(`${folder}/`), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
