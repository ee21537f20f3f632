import type { ConnectorAbout } from '@parley/schema/connector'
import { languages, limits } from '@parley/schema/vocabulary'
import { z } from 'zod'

const MB = 1024 * 1024

const words = z.string().trim().max(500)
const wordsByLanguage = z.object({ en: words, 'pt-BR': words, ru: words, es: words }).partial().default({})

/** What an admin sets for the chat on a website. Titles and help in English, `words` in the other languages of the console. */
export const options = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(limits.name)
    .meta({
      title: 'Name',
      help: 'What visitors read at the top of the chat.',
      words: {
        'pt-BR': { title: 'Nome', help: 'O que os visitantes leem no topo do chat.' },
        ru: { title: 'Название', help: 'Что посетители видят вверху чата.' },
        es: { title: 'Nombre', help: 'Lo que los visitantes leen en la parte superior del chat.' },
      },
    }),
  allowedOrigins: z
    .array(z.string().trim().max(limits.url).transform(originOf))
    .max(50)
    .default([])
    .meta({
      title: 'Websites',
      help: 'Addresses of the sites that may show the chat, such as https://shop.example.com. Empty: every site.',
      words: {
        'pt-BR': {
          title: 'Sites',
          help: 'Endereços dos sites que podem mostrar o chat, como https://loja.example.com. Vazio: qualquer site.',
        },
        ru: { title: 'Сайты', help: 'Адреса сайтов, где можно показывать чат, например https://shop.example.com. Пусто: любой сайт.' },
        es: {
          title: 'Sitios web',
          help: 'Direcciones de los sitios que pueden mostrar el chat, como https://tienda.example.com. Vacío: cualquier sitio.',
        },
      },
    }),
  accent: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'A colour such as #4f46e5')
    .default('#4f46e5')
    .meta({
      title: 'Colour',
      help: 'Colour of the button and of the chat.',
      words: {
        'pt-BR': { title: 'Cor', help: 'Cor do botão e do chat.' },
        ru: { title: 'Цвет', help: 'Цвет кнопки и чата.' },
        es: { title: 'Color', help: 'Color del botón y del chat.' },
      },
    }),
  language: z
    .enum(languages)
    .default('en')
    .meta({
      title: 'Language',
      help: 'For visitors whose own language the chat does not speak.',
      words: {
        'pt-BR': { title: 'Idioma', help: 'Para visitantes cujo idioma o chat não fala.' },
        ru: { title: 'Язык', help: 'Для посетителей, на языке которых чат не говорит.' },
        es: { title: 'Idioma', help: 'Para visitantes cuyo idioma el chat no habla.' },
      },
    }),
  greeting: wordsByLanguage.meta({
    title: 'Greeting',
    help: 'First words of the open chat, by language. Empty: the usual words.',
    words: {
      'pt-BR': { title: 'Saudação', help: 'Primeiras palavras do chat aberto, por idioma. Vazio: as palavras de costume.' },
      ru: { title: 'Приветствие', help: 'Первые слова открытого чата, по языкам. Пусто: обычные слова.' },
      es: { title: 'Saludo', help: 'Primeras palabras del chat abierto, por idioma. Vacío: las palabras habituales.' },
    },
  }),
  offlineText: wordsByLanguage.meta({
    title: 'Text when nobody is there',
    help: 'What visitors read while no operator is online, by language. Empty: the usual words.',
    words: {
      'pt-BR': {
        title: 'Texto quando não há ninguém',
        help: 'O que os visitantes leem enquanto nenhum atendente está online, por idioma. Vazio: as palavras de costume.',
      },
      ru: {
        title: 'Текст, когда никого нет',
        help: 'Что посетители читают, пока ни один оператор не в сети, по языкам. Пусто: обычные слова.',
      },
      es: {
        title: 'Texto cuando no hay nadie',
        help: 'Lo que los visitantes leen mientras ningún operador está en línea, por idioma. Vacío: las palabras habituales.',
      },
    },
  }),
  maxFileBytes: z
    .int()
    .min(0)
    .max(limits.fileBytes)
    .default(2 * MB)
    .meta({
      title: 'Largest file',
      help: 'In bytes. 0: no files.',
      advanced: true,
      words: {
        'pt-BR': { title: 'Maior arquivo', help: 'Em bytes. 0: sem arquivos.' },
        ru: { title: 'Наибольший файл', help: 'В байтах. 0: без файлов.' },
        es: { title: 'Archivo más grande', help: 'En bytes. 0: sin archivos.' },
      },
    }),
})

export type WebOptions = z.infer<typeof options>

export const about: ConnectorAbout<typeof options> = { kind: 'web', title: 'Website', official: true, options }

/** The origin of what an admin typed: a path or a trailing slash does not matter. */
function originOf(address: string, context: z.core.$RefinementCtx<string>): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url.origin
  context.addIssue({ code: 'custom', message: 'An address such as https://shop.example.com' })
  return z.NEVER
}
