import type { Language } from '@parley/schema/vocabulary'
import { Database } from 'emoji-picker-element'
import en from 'emoji-picker-element-data/en/emojibase/data.json?url'
import es from 'emoji-picker-element-data/es/cldr/data.json?url'
import pt from 'emoji-picker-element-data/pt/cldr/data.json?url'
import ru from 'emoji-picker-element-data/ru/cldr/data.json?url'

/** Names and search words of emoji, in the languages of the console; kept in this browser once they were fetched. */
export const emojiSources: Record<Language, { locale: string; dataSource: string }> = {
  en: { locale: 'en', dataSource: en },
  'pt-BR': { locale: 'pt', dataSource: pt },
  ru: { locale: 'ru', dataSource: ru },
  es: { locale: 'es', dataSource: es },
}

export interface FoundEmoji {
  emoji: string
  name: string
}
const most = 8
const databases = new Map<Language, Database>()

/** Emoji by a word in the reader's language or by the English name many know by heart, such as `smile`. */
export async function findEmoji(word: string, language: Language): Promise<FoundEmoji[]> {
  const asked: Language[] = language === 'en' ? ['en'] : [language, 'en']
  const found = await Promise.all(asked.map((each) => search(word, each)))
  const byEmoji = new Map<string, FoundEmoji>()
  for (const one of found.flat()) if (!byEmoji.has(one.emoji)) byEmoji.set(one.emoji, one)
  return [...byEmoji.values()].slice(0, most)
}

/** What is called exactly so stands first. */
async function search(word: string, language: Language): Promise<FoundEmoji[]> {
  const known = databases.get(language) ?? new Database(emojiSources[language])
  databases.set(language, known)
  const [exact, others] = await Promise.all([known.getEmojiByShortcode(word), known.getEmojiBySearchQuery(word)])
  return [...(exact ? [exact] : []), ...others].flatMap((one) =>
    'unicode' in one ? [{ emoji: one.unicode, name: one.shortcodes?.[0] ?? one.annotation }] : [],
  )
}
