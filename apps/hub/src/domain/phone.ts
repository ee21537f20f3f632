import type { Language } from '@parley/schema/vocabulary'
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { HubError } from '../errors.ts'

export type Country = CountryCode

const countryOfLanguage: Record<Language, Country> = { en: 'US', 'pt-BR': 'BR', ru: 'RU', es: 'ES' }

/** Whose numbers are meant where a phone is written without its country. */
export const countryOf = (workspace: { country: string | null; language: string }): Country =>
  workspace.country && isSupportedCountry(workspace.country)
    ? workspace.country
    : (countryOfLanguage[workspace.language as Language] ?? 'US')

/** ISO 3166 in two letters; an empty text is none. */
export function countryCodeOf(value: string): Country | null {
  const code = value.trim().toUpperCase()
  if (!code) return null
  if (!isSupportedCountry(code)) throw new HubError('invalid', { field: 'country' })
  return code
}

/** A typed phone as E.164; null where it is no number that can be called. */
export function e164Of(phone: string, country: Country): string | null {
  const number = parsePhoneNumberFromString(phone, country)
  if (number?.isValid()) return number.number
  // So many digits are a number with its country, written without the plus.
  const whole = platformE164Of(phone)
  return whole && whole.length > 11 && parsePhoneNumberFromString(whole)?.isValid() ? whole : null
}

/** A phone as a platform tells it: with its country, with or without the plus. */
export function platformE164Of(phone: string | null | undefined): string | null {
  const digits = phone?.replaceAll(/[\s().-]/g, '').replace(/^\+/, '') ?? ''
  return /^[1-9]\d{7,14}$/.test(digits) ? `+${digits}` : null
}
