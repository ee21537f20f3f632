import { readdirSync, readFileSync } from 'node:fs'
import { languages } from '@parley/schema/vocabulary'
import { describe, expect, it } from 'vitest'
import { wordsAsNumbers } from '../build/words.ts'
import { speak } from '../src/app/text/words.ts'
import { languageOf } from '../src/shared/language.ts'

const folder = new URL('../src/app/locales/', import.meta.url)
const read = (language: string): Record<string, string> => JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8'))
const placesOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

describe('the words of the widget', () => {
  it('are there in every language of the product', () => {
    expect(
      readdirSync(folder)
        .map((name) => name.replace('.json', ''))
        .sort(),
    ).toEqual([...languages].sort())
  })

  it.each(languages)('are complete in %s, with the same places for values', (language) => {
    const [own, english] = [read(language), read('en')]
    expect(Object.keys(own)).toEqual(Object.keys(english))
    for (const [key, text] of Object.entries(own)) {
      expect(text.trim(), key).not.toBe('')
      expect(placesOf(text), key).toEqual(placesOf(english[key] as string))
    }
  })

  it('take values as text', () => {
    const say = speak(read('en') as never)
    expect(say('typing', { name: '{name} <b>$&' })).toBe('{name} <b>$& is typing…')
  })

  it.each([
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['ES-mx', 'es'],
    ['ru_RU', 'ru'],
    ['en', 'en'],
    ['fr', undefined],
    ['ruin', undefined],
    ['', undefined],
    [null, undefined],
  ])('for a page in %j are those of %j', (tag, language) => {
    expect(languageOf(tag)).toBe(language)
  })

  it('are known by numbers where they are shipped, and a name that none of them has builds nothing', () => {
    const names = Object.keys(read('en'))
    const built = (code: string) => {
      const { transform } = wordsAsNumbers()
      return (transform as (code: string, id: string) => string | undefined)(`useUi();${code}`, '/widget/src/app/components/A.tsx')
    }
    const [start, starting, sent] = ['start', 'starting', 'sent'].map((name) => names.indexOf(name))
    expect(built("say(busy ? 'starting' : 'start', { name: 'name' })")).toBe(`useUi();say(busy ? ${starting} : ${start}, { name: 'name' })`)
    expect(built("const at = word('sent'); say(word)")).toBe(`useUi();const at = ${sent}; say(word)`)
    expect(() => built("say('nonsense')")).toThrow('nonsense')
    expect(() => built('say(kind)')).toThrow('say(kind)')
  })
})
