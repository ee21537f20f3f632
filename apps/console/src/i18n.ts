import type { Language } from '@parley/schema/vocabulary'
import { shallowRef } from 'vue'
import { createI18n } from 'vue-i18n'
import { chooseAnswerLanguage } from './api/client.ts'
import type { ApiLanguage } from './api/fragments.ts'
import kitEnglish from './locales/kit/en.ts'

/** The languages of the console, in their own words. */
export const languageNames: Record<Language, string> = { en: 'English', 'pt-BR': 'Português (Brasil)', es: 'Español', ru: 'Русский' }
export const languages = Object.keys(languageNames) as Language[]

interface LanguageFiles {
  /** What the first page says. */
  first: () => Promise<{ default: Messages }>
  later: () => Promise<{ default: Messages }>
  /** What the kit's own parts say (close, search, …). */
  kit: () => Promise<{ default: typeof kitEnglish }>
}
const files: Record<Language, LanguageFiles> = {
  en: {
    first: () => import('./locales/en.json?first'),
    later: () => import('./locales/en.json?later'),
    kit: () => import('./locales/kit/en.ts'),
  },
  'pt-BR': {
    first: () => import('./locales/pt-BR.json?first'),
    later: () => import('./locales/pt-BR.json?later'),
    kit: () => import('./locales/kit/pt-BR.ts'),
  },
  ru: {
    first: () => import('./locales/ru.json?first'),
    later: () => import('./locales/ru.json?later'),
    kit: () => import('./locales/kit/ru.ts'),
  },
  es: {
    first: () => import('./locales/es.json?first'),
    later: () => import('./locales/es.json?later'),
    kit: () => import('./locales/kit/es.ts'),
  },
}

const storageKey = 'parley.language'

/** Russian counts in three ways (1 чат, 2 чата, 5 чатов), the others in two. */
function russianPlural(count: number, choices: number): number {
  const category = new Intl.PluralRules('ru').select(count)
  const form = category === 'one' ? 0 : category === 'few' ? 1 : 2
  // The first of four says that there are none.
  if (choices === 4) return count === 0 ? 0 : form + 1
  return Math.min(form, choices - 1)
}

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: {} as Record<string, Messages>,
  pluralRules: { ru: russianPlural },
})

/** The kit's words in the language that is shown. */
export const kitWords = shallowRef(kitEnglish)

let isRestWanted = false
const firstOf = new Map<Language, Promise<void>>()
const restOf = new Map<Language, Promise<void>>()

let choices = 0
/** Shows everything in this language from now on. False where another was chosen before the words of this one were there. */
export async function chooseLanguage(language: Language): Promise<boolean> {
  const choice = ++choices
  const [kit] = await Promise.all([files[language].kit(), firstWords(language)])
  if (isRestWanted) await laterWords(language)
  if (choice !== choices) return false
  kitWords.value = kit.default
  i18n.global.locale.value = language
  document.documentElement.lang = language
  chooseAnswerLanguage(language)
  localStorage.setItem(storageKey, language)
  return true
}

/** Brings the words of all that comes after the first page, in the language that is shown and in each that is chosen later. */
export async function restOfWords(): Promise<void> {
  isRestWanted = true
  await laterWords(i18n.global.locale.value as Language)
}

const firstWords = (language: Language) => once(firstOf, language, files[language].first)
const laterWords = (language: Language) => once(restOf, language, files[language].later)

/** What could not be loaded is asked for again the next time. */
function once(loaded: Map<Language, Promise<void>>, language: Language, load: LanguageFiles['first']): Promise<void> {
  if (!loaded.has(language)) {
    const loading = load().then((words) => i18n.global.mergeLocaleMessage(language, words.default))
    loading.catch(() => loaded.delete(language))
    loaded.set(language, loading)
  }
  return loaded.get(language) ?? Promise.resolve()
}

/** What was chosen in this browser, else the first of the browser's languages that we speak, else English. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(storageKey) ?? '', ...navigator.languages]
  for (const tag of wanted) {
    const known =
      languages.find((language) => language === tag) ?? languages.find((language) => language.split('-')[0] === tag.split('-')[0])
    if (known) return known
  }
  return 'en'
}

export const fromApiLanguage = (language: ApiLanguage): Language => (language === 'pt_BR' ? 'pt-BR' : language)
export const toApiLanguage = (language: Language): ApiLanguage => (language === 'pt-BR' ? 'pt_BR' : language)
