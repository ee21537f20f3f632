import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Plugin } from 'vite'

type Words = { [key: string]: string | Words }

const atOnce = /^\s*(?:import|export)\s+(?!type\b)(?:[^'"();]*?\bfrom\s+)?['"](\.[^'"]+)['"]/gm
const iconName = /\bi-lucide-([a-z0-9-]+)/g
const wordsPart = /\/src\/locales\/[^/]+\.json\?(first|later)$/
const laterIcons = 'virtual:later-icons'

/**
 * Puts what only later parts say and show into files of their own: `locales/xx.json?first` holds the texts that the files of the first page name,
 * `?later` all others, and `virtual:later-icons` the icons of the other files.
 */
export function firstPage(root: string): Plugin {
  const first = filesOfFirstPage(root, ['src/main.ts'])
  const isNamed = namesIn(first.map((file) => readFileSync(file, 'utf8')))
  return {
    name: 'parley:first-page',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id === laterIcons) return `\0${laterIcons}`
      // The collection that the kit's own copy of iconify reads.
      return importer === `\0${laterIcons}` ? this.resolve(id, realpathSync(join(root, 'node_modules/@nuxt/ui/package.json'))) : undefined
    },
    load(id) {
      if (id === `\0${laterIcons}`)
        return `import { addCollection } from '@iconify/vue'\nexport default () => addCollection(${JSON.stringify(iconsOf(root, first))})`
      const part = wordsPart.exec(id)?.[1]
      if (!part) return undefined
      const words: Words = JSON.parse(readFileSync(id.slice(0, -part.length - 1), 'utf8'))
      const picked = pick(words, (path) => isNamed(path) === (part === 'first'))
      // Parsed as JSON, a long text is there sooner than read as code.
      return { code: `export default JSON.parse(${JSON.stringify(JSON.stringify(picked))})`, moduleType: 'js' }
    },
  }
}

/** The files of ours that are loaded with the entries: those they import at once, and so on; what is asked for later is not followed. */
export function filesOfFirstPage(root: string, entries: string[]): string[] {
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file) || !/\.(ts|vue)$/.test(file) || !existsSync(file)) return
    seen.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(atOnce)) visit(resolve(dirname(file), String(path)))
  }
  for (const entry of entries) visit(join(root, entry))
  return [...seen]
}

/** Whether a text is named by these sources: whole ('do.take'), with its group ('tabs'), or by its beginning (`tabs.${tab}`). */
function namesIn(sources: string[]): (path: string) => boolean {
  const whole = new Set<string>()
  const beginnings: string[] = []
  for (const source of sources) {
    for (const [, name] of source.matchAll(/['"`]([A-Za-z]+(?:\.\w+)+)['"`]/g)) whole.add(String(name))
    for (const [, beginning] of source.matchAll(/`([A-Za-z]+\.[\w.]*)\$\{/g)) beginnings.push(String(beginning))
  }
  const groupsOf = (path: string) => path.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))
  return (path) => groupsOf(path).some((group) => whole.has(group)) || beginnings.some((beginning) => path.startsWith(beginning))
}

function pick(words: Words, isWanted: (path: string) => boolean, prefix = ''): Words {
  const picked = Object.entries(words).flatMap(([key, value]): [string, string | Words][] => {
    const path = prefix + key
    if (typeof value === 'string') return isWanted(path) ? [[key, value]] : []
    const inner = pick(value, isWanted, `${path}.`)
    return Object.keys(inner).length > 0 ? [[key, inner]] : []
  })
  return Object.fromEntries(picked)
}

/** The icons of the pages and parts that come later, as an iconify collection. */
function iconsOf(root: string, first: string[]) {
  const named = (files: string[]) =>
    new Set(files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(iconName)].map(([, name]) => String(name))))
  const early = named(first)
  const all = named(sourcesIn(join(root, 'src')))
  const { icons, aliases = {} } = JSON.parse(readFileSync(join(root, 'node_modules/@iconify-json/lucide/icons.json'), 'utf8'))
  const bodies = [...all].filter((name) => !early.has(name)).map((name) => [name, icons[name] ?? icons[aliases[name]?.parent]])
  return { prefix: 'lucide', width: 24, height: 24, icons: Object.fromEntries(bodies.filter(([, icon]) => icon)) }
}

const sourcesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|vue)$/.test(file))
    .map((file) => join(folder, file))

/** The files whose icons belong to the first page, as patterns for the kit's scan. */
export const iconSources = (root: string): string[] => filesOfFirstPage(root, ['src/main.ts']).map((file) => relative(root, file))
