import type { Language } from '@parley/schema/vocabulary'
import { createI18n } from 'vue-i18n'
import { chooseAnswerLanguage } from './api/client.ts'
import type { ApiLanguage } from './api/fragments.ts'

/** The languages of the console, in their own words. */
export const languageNames: Record<Language, string> = { en: 'English', 'pt-BR': 'Português (Brasil)', es: 'Español', ru: 'Русский' }
export const languages = Object.keys(languageNames) as Language[]

const loaders: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import('./locales/en.json'),
  'pt-BR': () => import('./locales/pt-BR.json'),
  ru: () => import('./locales/ru.json'),
  es: () => import('./locales/es.json'),
}
type Messages = typeof import('./locales/en.json')

const storageKey = 'parley.language'

/** Russian counts in three ways (1 чат, 2 чата, 5 чатов), the others in two. */
function russianPlural(count: number, choices: number): number {
  const category = new Intl.PluralRules('ru').select(count)
  return Math.min(category === 'one' ? 0 : category === 'few' ? 1 : 2, choices - 1)
}

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: {} as Record<string, Messages>,
  pluralRules: { ru: russianPlural },
})

/** Shows everything in this language from now on. */
export async function chooseLanguage(language: Language): Promise<void> {
  const messages = await loaders[language]()
  i18n.global.setLocaleMessage(language, messages.default)
  i18n.global.locale.value = language
  document.documentElement.lang = language
  chooseAnswerLanguage(language)
  localStorage.setItem(storageKey, language)
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
