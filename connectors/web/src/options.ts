import type { ConnectorAbout } from '@parley/schema/connector'
import { askings, languages, limits } from '@parley/schema/vocabulary'
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
  asksRating: z
    .boolean()
    .default(true)
    .meta({
      title: 'Ask for a rating',
      help: 'When a chat is over, its visitor may give it one to five stars and say why.',
      words: {
        'pt-BR': {
          title: 'Pedir avaliação',
          help: 'Quando um chat termina, o visitante pode dar de uma a cinco estrelas e dizer por quê.',
        },
        ru: { title: 'Просить оценку', help: 'Когда чат закончен, посетитель может поставить от одной до пяти звёзд и сказать почему.' },
        es: {
          title: 'Pedir una valoración',
          help: 'Cuando un chat termina, el visitante puede darle de una a cinco estrellas y decir por qué.',
        },
      },
    }),
  previewsTyping: z
    .boolean()
    .default(false)
    .meta({
      title: 'Show what is being typed',
      help: 'Whoever may see the chat sees what the visitor types before it is sent. The visitor is told so in the chat; nothing of it is kept.',
      words: {
        'pt-BR': {
          title: 'Mostrar o que está sendo digitado',
          help: 'Quem pode ver o chat vê o que o visitante digita antes de enviar. O visitante é avisado no chat; nada disso é guardado.',
        },
        ru: {
          title: 'Показывать набираемый текст',
          help: 'Кто может видеть чат, видит, что посетитель набирает, ещё до отправки. Посетителя об этом предупреждают; ничего не сохраняется.',
        },
        es: {
          title: 'Mostrar lo que se está escribiendo',
          help: 'Quien puede ver el chat ve lo que el visitante escribe antes de enviarlo. Se le avisa en el chat; nada de ello se guarda.',
        },
      },
    }),
  onSignIn: z
    .boolean()
    .default(false)
    .meta({
      title: 'Show on the sign-in page',
      help: 'The chat also stands on the page where your operators sign in here.',
      words: {
        'pt-BR': { title: 'Mostrar na página de entrada', help: 'O chat aparece também na página em que seus atendentes entram aqui.' },
        ru: { title: 'Показывать на странице входа', help: 'Чат есть и на странице, где сюда входят ваши операторы.' },
        es: { title: 'Mostrar en la página de acceso', help: 'El chat aparece también en la página en que sus operadores entran aquí.' },
      },
    }),
  asksFirst: z.boolean().default(true).meta({ title: 'Ask before the first message', elsewhere: true }),
  visitorFields: z
    .array(z.object({ field: z.string().min(1).max(40), asked: z.enum(askings), siteSets: z.boolean() }))
    .max(limits.formFields + 10)
    .default([
      { field: 'name', asked: 'required', siteSets: false },
      { field: 'email', asked: 'required', siteSets: false },
    ])
    .meta({
      title: 'What is asked',
      help: '`name`, `email`, `phone`, or the id of a field of your customers; `siteSets`: the website may tell it.',
      elsewhere: true,
    }),
  maxFileBytes: z
    .int()
    .min(0)
    .max(limits.fileBytes)
    .default(2 * MB)
    .meta({
      title: 'Largest file',
      help: 'Of those that visitors send, in MB. 0: no files and no voice notes.',
      scale: MB,
      words: {
        'pt-BR': { title: 'Maior arquivo', help: 'Dos que os visitantes enviam, em MB. 0: sem arquivos e sem mensagens de voz.' },
        ru: { title: 'Наибольший файл', help: 'Из тех, что присылают посетители, в МБ. 0: без файлов и голосовых сообщений.' },
        es: { title: 'Archivo más grande', help: 'De los que envían los visitantes, en MB. 0: sin archivos ni mensajes de voz.' },
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
