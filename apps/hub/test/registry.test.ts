import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('support/loaded.program.ts', import.meta.url))

/** Libraries that speak to one platform. */
const libraries = ['telegraf', 'bottender', 'messaging-api-messenger', 'axios', 'whatsapp-web.js', 'puppeteer', 'libmime']

async function loadedWith(...kinds: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, ...kinds])
  return (JSON.parse(stdout) as string[]).filter((name) => libraries.includes(name))
}

test('a hub loads the libraries of a platform with the first channel of its kind, not to list the kinds', {
  timeout: 240_000,
}, async () => {
  expect(await loadedWith()).toEqual([])
  expect(await loadedWith('web')).toEqual([])
  expect(await loadedWith('telegram')).toEqual(['telegraf'])
  expect(await loadedWith('messenger')).toEqual(expect.arrayContaining(['bottender', 'messaging-api-messenger']))
  expect(await loadedWith('instagram')).toEqual(expect.arrayContaining(['bottender', 'messaging-api-messenger']))
  expect(await loadedWith('whatsapp-cloud')).toEqual([])
  // Loaded by the process of the linked phone, never by the hub.
  expect(await loadedWith('whatsapp')).toEqual([])
  // What imapflow brings: it is a module itself, which leaves no trace where this looks.
  expect(await loadedWith('email')).toEqual(['libmime'])
})
