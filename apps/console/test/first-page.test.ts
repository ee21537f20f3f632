import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import { filesOfFirstPage, firstPage } from '../build/firstPage.ts'

type Words = { [key: string]: string | Words }

const root = fileURLToPath(new URL('..', import.meta.url))
const first = filesOfFirstPage(root, ['src/main.ts']).map((file) => file.slice(root.length))

/** The two parts of a language as a build of the page brings them. */
async function partsOf(language: string): Promise<{ first: Words; later: Words }> {
  const entry = '\0both'
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, rolldownOptions: { input: entry, preserveEntrySignatures: 'strict' } },
    plugins: [
      firstPage(root),
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) =>
          id === entry
            ? ['first', 'later']
                .map((part) => `export { default as ${part} } from '${root}src/locales/${language}.json?${part}'`)
                .join('\n')
            : undefined,
      },
    ],
  })
  const { output } = Array.isArray(result) ? (result[0] as never) : (result as { output: { code?: string }[] })
  return import(`data:text/javascript;base64,${Buffer.from(String(output[0]?.code)).toString('base64')}`)
}

const textsIn = (words: Words, prefix = ''): Record<string, string> =>
  Object.assign(
    {},
    ...Object.entries(words).map(([key, value]) =>
      typeof value === 'string' ? { [prefix + key]: value } : textsIn(value, `${prefix + key}.`),
    ),
  )

let parts: { first: Words; later: Words }
beforeAll(async () => {
  parts = await partsOf('ru')
}, 60_000)

test('the first page is the desk, without what is opened from it', () => {
  expect(first).toEqual(
    expect.arrayContaining(['src/main.ts', 'src/pages/InboxPage.vue', 'src/components/composer/ComposerBox.vue', 'src/live.ts']),
  )
  expect(first).not.toContain('src/components/chat/ChatTransfer.vue')
  expect(first).not.toContain('src/pages/SettingsChannels.vue')
})

test('every text of a language is in exactly one of its parts', () => {
  const all = textsIn(JSON.parse(readFileSync(new URL('../src/locales/ru.json', import.meta.url), 'utf8')))
  const [now, then] = [textsIn(parts.first), textsIn(parts.later)]
  expect({ ...now, ...then }).toEqual(all)
  expect(Object.keys(now).filter((path) => path in then)).toEqual([])
})

test('every text that a file of the first page asks for by name comes with the first page', () => {
  const now = textsIn(parts.first)
  const asked = first.flatMap((file) => [...readFileSync(root + file, 'utf8').matchAll(/\bt\('([\w.]+)'/g)].map(([, path]) => String(path)))
  expect(asked.length).toBeGreaterThan(100)
  expect(asked.filter((path) => !(path in now))).toEqual([])
  expect(Object.keys(now)).toEqual(expect.arrayContaining(['tabs.mine', 'presence.online']))
  expect(Object.keys(textsIn(parts.later)).length).toBeGreaterThan(Object.keys(now).length)
})
