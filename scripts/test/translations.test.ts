import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkFolder, faultsOf, flatten } from '../check-translations.mjs'

const whole = { greeting: 'Good morning, {name}', list: ['First sentence here', 'Second sentence here'], chat: 'Chat' }
const others = {
  'pt-BR': { greeting: 'Bom dia, {name}', list: ['Primeira frase aqui', 'Segunda frase aqui'], chat: 'Chat' },
  ru: { greeting: 'Доброе утро, {name}', list: ['Первое предложение', 'Второе предложение'], chat: 'Чат' },
  es: { greeting: 'Buenos días, {name}', list: ['Primera frase aquí', 'Segunda frase aquí'], chat: 'Chat' },
}

test('texts that exist in all four languages have no fault; short words may be shared', () => {
  expect(checked({ en: whole, ...others })).toEqual([])
})

test('a missing language, a missing text, an extra one and an empty one are named', () => {
  const { es, ...three } = others
  expect(checked({ en: whole, ...three })).toEqual(['words: es.json is missing'])
  expect(checked({ en: whole, ...three, es: { greeting: es.greeting, list: es.list, bye: 'Adiós' } })).toEqual([
    'words: es: chat is missing',
    'words: es: bye is not in en',
  ])
  expect(checked({ en: whole, ...three, es: { ...es, chat: ' ' } })).toEqual(['words: es: chat is empty'])
})

test('a sentence that was copied from English is named, unless it is listed as the same everywhere', () => {
  const texts = { en: flatten({ a: 'Thank you for waiting' }), ru: flatten({ a: 'Thank you for waiting' }) }
  expect(faultsOf(texts)).toEqual(['ru: a is not translated ("Thank you for waiting")'])
  expect(faultsOf(texts, ['Thank you for waiting'])).toEqual([])
})

test('a translation that loses or renames what is filled in is named', () => {
  expect(checked({ en: whole, ...others, ru: { ...others.ru, greeting: 'Доброе утро, {имя}' } })).toEqual([
    'words: ru: greeting fills in nothing, en fills in name',
  ])
})

function checked(languages: Record<string, unknown>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'parley-words-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [language, texts] of Object.entries(languages)) writeFileSync(join(folder, `${language}.json`), JSON.stringify(texts))
  return checkFolder('words', folder)
}
