import { pageOptions } from '@parley/meta/options'
import type { ConnectorAbout } from '@parley/schema/connector'
import { z } from 'zod'

export const options = z.object({
  appId: pageOptions.appId,
  appSecret: pageOptions.appSecret,
  pageId: pageOptions.pageId,
  instagramId: z
    .string()
    .trim()
    .regex(/^\d{5,30}$/, 'An Instagram account ID is a number such as 17841400000000001.')
    .meta({
      title: 'Instagram account ID',
      help: 'The professional account linked to the Page: in the dashboard of the app, Messenger, Instagram settings, beside its name.',
      words: {
        'pt-BR': {
          title: 'ID da conta do Instagram',
          help: 'A conta profissional vinculada à página: no painel do aplicativo, Messenger, Configurações do Instagram, ao lado do nome.',
        },
        ru: {
          title: 'Идентификатор аккаунта Instagram',
          help: 'Профессиональный аккаунт, связанный со страницей: в панели приложения, Messenger, «Настройки Instagram», рядом с именем.',
        },
        es: {
          title: 'ID de la cuenta de Instagram',
          help: 'La cuenta profesional vinculada a la página: en el panel de la aplicación, Messenger, Configuración de Instagram, junto al nombre.',
        },
      },
    }),
  accessToken: pageOptions.accessToken,
  humanAgent: pageOptions.humanAgent,
  version: pageOptions.version,
  apiRoot: pageOptions.apiRoot,
})

export type InstagramOptions = z.infer<typeof options>

export const about: ConnectorAbout<typeof options> = { kind: 'instagram', title: 'Instagram Direct', official: true, options }
