import type { ConnectorAbout } from '@parley/schema/connector'
import { z } from 'zod'

const secret = z
  .string()
  .trim()
  .min(32, 'A secret has at least 32 characters: let it be made here.')
  .max(200, 'A secret has at most 200 characters.')

export const options = z.object({
  url: z
    .url({ protocol: /^https?$/, error: 'This must be an address such as https://bridge.example.com/parley.' })
    .max(2048)
    .meta({
      title: 'Address of your program',
      help: 'Parley posts here what operators write. The other direction stands on the page of the channel, once it is connected.',
      words: {
        'pt-BR': {
          title: 'Endereço do seu programa',
          help: 'O Parley envia para cá o que os operadores escrevem. A outra direção está na página do canal, depois de conectado.',
        },
        ru: {
          title: 'Адрес вашей программы',
          help: 'Сюда Parley отправляет то, что пишут операторы. Обратный адрес указан на странице канала после подключения.',
        },
        es: {
          title: 'Dirección de su programa',
          help: 'Parley envía aquí lo que escriben los operadores. La otra dirección está en la página del canal, una vez conectado.',
        },
      },
    }),
  secret: secret.meta({
    title: 'Secret',
    help: 'Both sides sign with it. Copy it into your program before you save.',
    secret: true,
    generate: true,
    former: 'formerSecret',
    words: {
      'pt-BR': { title: 'Segredo', help: 'Os dois lados assinam com ele. Copie-o para o seu programa antes de salvar.' },
      ru: { title: 'Секрет', help: 'Им подписывают обе стороны. Скопируйте его в свою программу до сохранения.' },
      es: { title: 'Secreto', help: 'Ambos lados firman con él. Cópielo en su programa antes de guardar.' },
    },
  }),
  formerSecret: secret.optional().meta({
    title: 'Former secret',
    help: 'Still accepted, so that your program can change at its own time. A new secret moves the present one here by itself.',
    secret: true,
    advanced: true,
    words: {
      'pt-BR': {
        title: 'Segredo anterior',
        help: 'Ainda aceito, para que o seu programa troque quando quiser. Um segredo novo move o atual para cá.',
      },
      ru: {
        title: 'Прежний секрет',
        help: 'Пока принимается, чтобы ваша программа сменила его в своё время. Новый секрет сам переносит сюда нынешний.',
      },
      es: {
        title: 'Secreto anterior',
        help: 'Aún se acepta, para que su programa cambie a su ritmo. Un secreto nuevo mueve aquí el actual.',
      },
    },
  }),
  textMax: z
    .int()
    .min(100)
    .max(65_536)
    .default(4_096)
    .meta({
      title: 'Longest text',
      help: 'In characters; longer ones are sent in pieces.',
      advanced: true,
      words: {
        'pt-BR': { title: 'Texto mais longo', help: 'Em caracteres; os mais longos vão em partes.' },
        ru: { title: 'Самый длинный текст', help: 'В знаках; более длинные идут частями.' },
        es: { title: 'Texto más largo', help: 'En caracteres; los más largos van por partes.' },
      },
    }),
  files: z
    .boolean()
    .default(true)
    .meta({
      title: 'Takes files',
      help: 'Up to 16 MB each.',
      advanced: true,
      words: {
        'pt-BR': { title: 'Aceita arquivos', help: 'Até 16 MB cada.' },
        ru: { title: 'Принимает файлы', help: 'До 16 МБ каждый.' },
        es: { title: 'Acepta archivos', help: 'Hasta 16 MB cada uno.' },
      },
    }),
  buttons: z
    .boolean()
    .default(false)
    .meta({
      title: 'Shows buttons',
      advanced: true,
      words: { 'pt-BR': { title: 'Mostra botões' }, ru: { title: 'Показывает кнопки' }, es: { title: 'Muestra botones' } },
    }),
  receipts: z
    .boolean()
    .default(true)
    .meta({
      title: 'Tells what was delivered and read',
      advanced: true,
      words: {
        'pt-BR': { title: 'Informa o que foi entregue e lido' },
        ru: { title: 'Сообщает о доставке и прочтении' },
        es: { title: 'Informa de lo entregado y leído' },
      },
    }),
  groups: z
    .boolean()
    .default(false)
    .meta({
      title: 'Also groups',
      help: 'Otherwise what is said in groups is ignored.',
      advanced: true,
      words: {
        'pt-BR': { title: 'Também grupos', help: 'Senão, o que é dito em grupos é ignorado.' },
        ru: { title: 'И группы', help: 'Иначе сказанное в группах не учитывается.' },
        es: { title: 'También grupos', help: 'Si no, lo dicho en grupos se ignora.' },
      },
    }),
})

export type PartnerOptions = z.infer<typeof options>

export const about: ConnectorAbout<typeof options> = { kind: 'partner', title: 'Partner webhook', official: true, options }
