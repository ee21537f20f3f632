import type { Language } from '../../shared/language.ts'
import type en from '../locales/en.json'
import { insist } from '../net/backoff.ts'

export type WordKey = keyof typeof en
export type Say = (key: WordKey, values?: Record<string, string | number>) => string

/** Names a text outside of `say`: what is shipped knows texts by numbers, and this one would be missed. */
export const word = (name: WordKey): WordKey => name

const files = import.meta.glob<string>('../locales/*.json', { query: '?url', import: 'default', eager: true })

/** Loads the words of one language and nothing of the others. Nothing can be shown without them: they are asked for until they come. */
export const loadWords = (language: Language): Promise<Say> =>
  insist(async () => {
    const answer = await fetch(files[`../locales/${language}.json`] as string)
    return answer.ok ? speak(await answer.json()) : Promise.reject()
  })

/** Puts values into the `{places}` of a text. */
export function speak(words: Record<WordKey, string>): Say {
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
