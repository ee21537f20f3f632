import type { FailureCode, Language } from '@parley/schema/vocabulary'
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import ptBR from './pt-BR.json' with { type: 'json' }
import ru from './ru.json' with { type: 'json' }

export type RefusalCode = keyof typeof en.refusal
export type RefusalDetails = Record<string, string | number | undefined>
const words: Record<Language, typeof en> = { en, es, ru, 'pt-BR': ptBR }

/** What was refused and what to do, in the reader's language. */
export function refusalWords(code: RefusalCode, details: RefusalDetails, language: Language): { message: string; remedy: string | null } {
  const [message = code, remedy] = words[language].refusal[code]
  return { message: fill(message, details), remedy: remedy ? fill(remedy, details) : null }
}

/** Why a platform did not take a message, in the reader's language. */
export const failureWords = (code: FailureCode, language: Language): string => words[language].failure[code]

/** What a test message says. */
export const testWords = (language: Language): string => words[language].test

/** What stands around a message that goes by mail. */
export const mailWords = (language: Language) => words[language].mail

/** What stands above the columns of a report that is a file. */
export const reportWords = (language: Language): string[] => words[language].report

/** On a website's button: somebody is there; nobody is; close the chat; "unread", before a number. */
export const launcherWords = (language: Language): string[] => words[language].launcher

const fill = (text: string, details: RefusalDetails): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole))

/** The best of our languages for an `Accept-Language` header or a tag such as `pt`. */
export function languageOf(header: string | null | undefined, otherwise: Language = 'en'): Language {
  for (const tag of (header ?? '').slice(0, 200).split(',')) {
    const name = tag.split(';')[0]?.trim().toLowerCase().split('-')[0]
    if (name === 'en' || name === 'ru' || name === 'es') return name
    if (name === 'pt') return 'pt-BR'
  }
  return otherwise
}
