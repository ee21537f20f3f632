import { createHmac } from 'node:crypto'
import type { ConnectorAbout } from '@parley/schema/connector'
import { z } from 'zod'

export const telegramHome = 'https://api.telegram.org'

/** What an admin types to connect a bot. Titles and help in English, `words` in the other languages of the console. */
export const options = z.object({
  botToken: z
    .string()
    .trim()
    .regex(/^\d{1,20}:[\w-]{8,128}$/, 'A bot token looks like 123456789:AAE…; @BotFather gives it.')
    .meta({
      title: 'Bot token',
      help: 'Open @BotFather in Telegram, create a bot with /newbot and paste the token it answers with.',
      secret: true,
      words: {
        'pt-BR': {
          title: 'Token do bot',
          help: 'Abra o @BotFather no Telegram, crie um bot com /newbot e cole o token que ele responder.',
        },
        ru: { title: 'Токен бота', help: 'Откройте @BotFather в Telegram, создайте бота командой /newbot и вставьте токен из ответа.' },
        es: { title: 'Token del bot', help: 'Abra @BotFather en Telegram, cree un bot con /newbot y pegue el token que le responda.' },
      },
    }),
  delivery: z
    .enum(['polling', 'webhook'])
    .default('polling')
    .meta({
      title: 'How messages arrive',
      help: 'Polling works everywhere. A webhook needs a public HTTPS address on port 443, 80, 88 or 8443.',
      words: {
        'pt-BR': {
          title: 'Como as mensagens chegam',
          help: 'Polling funciona em qualquer lugar. Um webhook precisa de um endereço HTTPS público na porta 443, 80, 88 ou 8443.',
        },
        ru: {
          title: 'Как приходят сообщения',
          help: 'Опрос (polling) работает везде. Вебхуку нужен публичный HTTPS-адрес на порту 443, 80, 88 или 8443.',
        },
        es: {
          title: 'Cómo llegan los mensajes',
          help: 'El sondeo (polling) funciona en todas partes. Un webhook necesita una dirección HTTPS pública en el puerto 443, 80, 88 u 8443.',
        },
      },
    }),
  groups: z
    .boolean()
    .default(false)
    .meta({
      title: 'Messages from groups',
      help: 'Also receive what is written in groups the bot belongs to. Off: only private chats.',
      advanced: true,
      words: {
        'pt-BR': {
          title: 'Mensagens de grupos',
          help: 'Receber também o que se escreve nos grupos do bot. Desligado: só conversas privadas.',
        },
        ru: { title: 'Сообщения из групп', help: 'Получать и то, что пишут в группах бота. Выключено: только личные чаты.' },
        es: {
          title: 'Mensajes de grupos',
          help: 'Recibir también lo que se escribe en los grupos del bot. Desactivado: solo chats privados.',
        },
      },
    }),
  apiRoot: z
    .url({ protocol: /^https?$/, error: 'An address that begins with https://' })
    .max(2048)
    .default(telegramHome)
    .meta({
      title: 'Bot API server',
      help: 'Only for your own Bot API server.',
      advanced: true,
      words: {
        'pt-BR': { title: 'Servidor da Bot API', help: 'Somente para um servidor próprio da Bot API.' },
        ru: { title: 'Сервер Bot API', help: 'Только для собственного сервера Bot API.' },
        es: { title: 'Servidor de la Bot API', help: 'Solo para un servidor propio de la Bot API.' },
      },
    }),
})

export type TelegramOptions = z.infer<typeof options>

export const about: ConnectorAbout<typeof options> = { kind: 'telegram', title: 'Telegram', official: true, options }

/** The word Telegram repeats in every webhook delivery: derived, so that nobody has to invent and store one. */
export function webhookSecret(botToken: string): string {
  return createHmac('sha256', botToken).update('parley webhook').digest('hex')
}
