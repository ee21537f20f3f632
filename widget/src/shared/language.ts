export const languages = ['en', 'pt-BR', 'ru', 'es'] as const
export type Language = (typeof languages)[number]

/** The language of ours that a tag such as `pt`, `pt-PT` or `ES-mx` means, or undefined. */
export function languageOf(tag?: string | null): Language | undefined {
  const primary = tag?.split(/[-_]/)[0]?.toLowerCase()
  return languages.find((language) => language.slice(0, 2) === primary)
}
