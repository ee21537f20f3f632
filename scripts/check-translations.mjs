import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { at } from './lib/repository.mjs'

const languages = ['en', 'pt-BR', 'ru', 'es']
const folders = ['apps/console/src/locales', 'widget/src/app/locales', 'apps/hub/src/words']

/** Texts that are the same in every language: names, and words the languages share. */
const same = JSON.parse(readFileSync(new URL('same-in-all-languages.json', import.meta.url), 'utf8'))

/** Below this a text may well be one word that languages share ("Chat", "E-mail"). */
const longText = 12

/** @param {unknown} value @returns {Record<string, string>} key path to text */
export function flatten(value, prefix = '') {
  if (typeof value === 'string') return { [prefix]: value }
  if (value === null || typeof value !== 'object') throw new Error(`${prefix} is neither a text nor a group of texts`)
  return Object.assign({}, ...Object.entries(value).map(([key, each]) => flatten(each, prefix ? `${prefix}.${key}` : key)))
}

/**
 * What is wrong with one folder's languages; English is what the others are compared with.
 * @param {Record<string, Record<string, string>>} texts per language, flattened
 * @param {string[]} allowed texts that need no translation
 */
export function faultsOf(texts, allowed = []) {
  const { en, ...others } = texts
  const empty = Object.entries(texts).flatMap(([language, all]) =>
    Object.keys(all)
      .filter((key) => !all[key].trim())
      .map((key) => `${language}: ${key} is empty`),
  )
  return [...empty, ...Object.entries(others).flatMap(([language, all]) => comparedWith(en, language, all, allowed))]
}

function comparedWith(en, language, all, allowed) {
  const missing = Object.keys(en)
    .filter((key) => !(key in all))
    .map((key) => `${language}: ${key} is missing`)
  const extra = Object.keys(all)
    .filter((key) => !(key in en))
    .map((key) => `${language}: ${key} is not in en`)
  const both = Object.keys(en).filter((key) => key in all)
  const copied = both.filter((key) => en[key] === all[key] && words(en[key]).length >= longText && !allowed.includes(en[key]))
  const slots = both.filter((key) => slotsOf(en[key]) !== slotsOf(all[key]))
  return [
    ...missing,
    ...extra,
    ...copied.map((key) => `${language}: ${key} is not translated ("${en[key]}")`),
    ...slots.map((key) => `${language}: ${key} fills in ${slotsOf(all[key]) || 'nothing'}, en fills in ${slotsOf(en[key]) || 'nothing'}`),
  ]
}

/** What is left to translate when placeholders, links and addresses are taken out. */
const words = (text) => text.replace(/\{[^}]*\}|https?:\S+|\S+@\S+/g, '').replace(/[^\p{L}]/gu, '')

/** The placeholders of a text; plural forms repeat them, languages have different numbers of forms. */
const slotsOf = (text) => [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort().join(', ')

/** @param {string} folder @returns {string[]} faults, beginning with the folder's name */
export function checkFolder(folder, path = at(folder)) {
  if (!existsSync(path)) return [`${folder} is missing`]
  const found = readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5))
  const wrong = [
    ...languages.filter((each) => !found.includes(each)).map((each) => `${each}.json is missing`),
    ...found.filter((each) => !languages.includes(each)).map((each) => `${each}.json is no language of ours`),
  ]
  if (wrong.length > 0) return wrong.map((fault) => `${folder}: ${fault}`)
  const texts = Object.fromEntries(
    languages.map((language) => [language, flatten(JSON.parse(readFileSync(join(path, `${language}.json`), 'utf8')))]),
  )
  return faultsOf(texts, same).map((fault) => `${folder}: ${fault}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = folders.flatMap((folder) => checkFolder(folder))
  process.stdout.write(
    faults.length > 0 ? `${faults.join('\n')}\n${faults.length} faults in the translations\n` : 'Every text exists in every language.\n',
  )
  process.exitCode = faults.length > 0 ? 1 : 0
}
