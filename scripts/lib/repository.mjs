import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** @param {...string} parts a path inside the repository */
export const at = (...parts) => join(root, ...parts)

const notSources = ['node_modules', 'dist', '.cache', '.git', 'data']

/** All files below a file or folder, sorted; without what is installed or built. @returns {string[]} absolute paths; none for what does not exist */
export function filesBelow(path, except = notSources) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !except.includes(name))
  return entries.flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name), except) : [join(path, entry.name)])).sort()
}

/** One hash over names and contents: a checkout that only touches times changes nothing. @param {string[]} paths */
export function hashOf(paths, ...more) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesBelow(path)))
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.update(JSON.stringify(more)).digest('hex')
}

/** The folders of the workspace that have a package.json, besides the root. */
export function packages() {
  const groups = [
    'schema',
    'widget',
    'e2e',
    'bench',
    ...['connectors', 'apps'].flatMap((group) => readdirSync(at(group)).map((name) => join(group, name))),
  ]
  return groups.filter((folder) => existsSync(at(folder, 'package.json')))
}

/** An environment in which the programs of a package and of the root are found first. */
export function environmentOf(folder = '.') {
  return { ...process.env, PATH: [at(folder, 'node_modules/.bin'), at('node_modules/.bin'), process.env.PATH].join(delimiter) }
}
