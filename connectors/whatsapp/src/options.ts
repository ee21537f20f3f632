import type { ConnectorAbout } from '@parley/schema/connector'
import { z } from 'zod'

/** What an admin types to link a phone. Titles and help in English, `words` in the other languages of the console. */
export const options = z.object({
  phone: z
    .string()
    .trim()
    .regex(/^(\+?[1-9]\d{6,14})?$/, 'The phone number with country code, digits only, such as 5511987654321.')
    .transform((text) => text.replace('+', ''))
    .optional()
    .meta({
      title: 'Phone number, to link with a code',
      help: 'Leave it empty to scan a QR code. With the number you get a code to type into WhatsApp on the phone.',
      words: {
        'pt-BR': {
          title: 'Número do telefone, para vincular com um código',
          help: 'Deixe em branco para ler um QR code. Com o número você recebe um código para digitar no WhatsApp do telefone.',
        },
        ru: {
          title: 'Номер телефона, чтобы связать по коду',
          help: 'Оставьте пустым, чтобы сканировать QR-код. С номером вы получите код, который вводится в WhatsApp на телефоне.',
        },
        es: {
          title: 'Número de teléfono, para vincular con un código',
          help: 'Déjelo vacío para escanear un código QR. Con el número recibirá un código para escribir en WhatsApp del teléfono.',
        },
      },
    }),
  groups: z
    .boolean()
    .default(false)
    .meta({
      title: 'Messages from groups',
      help: 'Also receive what is written in groups of this phone. Off: only private chats.',
      advanced: true,
      words: {
        'pt-BR': { title: 'Mensagens de grupos', help: 'Receber também o que se escreve nos grupos. Desligado: só conversas privadas.' },
        ru: { title: 'Сообщения из групп', help: 'Получать и то, что пишут в группах. Выключено: только личные чаты.' },
        es: { title: 'Mensajes de grupos', help: 'Recibir también lo que se escribe en los grupos. Desactivado: solo chats privados.' },
      },
    }),
  memoryMb: z
    .number()
    .int()
    .min(400, 'A browser needs at least 400 MB.')
    .max(8192)
    .default(1536)
    .meta({
      title: 'Memory for the browser, in MB',
      help: 'WhatsApp Web runs in a browser of its own. Above this it is started again, which takes some seconds and loses nothing.',
      advanced: true,
      words: {
        'pt-BR': {
          title: 'Memória do navegador, em MB',
          help: 'O WhatsApp Web roda em um navegador próprio. Acima disso ele é reiniciado, o que leva segundos e não perde nada.',
        },
        ru: {
          title: 'Память для браузера, МБ',
          help: 'WhatsApp Web работает в отдельном браузере. При превышении он перезапускается: это занимает секунды, ничего не теряется.',
        },
        es: {
          title: 'Memoria del navegador, en MB',
          help: 'WhatsApp Web funciona en un navegador propio. Por encima de esto se reinicia, tarda segundos y no pierde nada.',
        },
      },
    }),
})

export type WhatsAppOptions = z.infer<typeof options>

export const about: ConnectorAbout<typeof options> = { kind: 'whatsapp', title: 'WhatsApp (linked phone)', official: false, options }
