import { en, es, pt_br, ru } from '@nuxt/ui/locale'

/** The words of the kit's own parts (close, search, …) in the languages of the console. */
export const byLanguage = { en, es, 'pt-BR': pt_br, ru }
