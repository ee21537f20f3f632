import type { Language } from '@parley/schema/vocabulary'
import type { Sample } from '../sample.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { ptBR } from './pt-BR.ts'
import { ru } from './ru.ts'

export const samples: Record<Language, Sample> = { en, 'pt-BR': ptBR, ru, es }
