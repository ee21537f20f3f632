import { metaOptions } from '@parley/meta/options'
import type { ConnectorAbout } from '@parley/schema/connector'
import { z } from 'zod'

const id = (why: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{5,30}$/, why)

export const options = z.object({
  phoneNumberId: id('A phone number ID is a number such as 106540352242922; it is not the phone number itself.').meta({
    title: 'Phone number ID',
    help: 'At developers.facebook.com open your app, then WhatsApp, API setup: it stands under the number.',
    words: {
      'pt-BR': {
        title: 'ID do número de telefone',
        help: 'Em developers.facebook.com abra seu aplicativo e depois WhatsApp, Configuração da API: fica abaixo do número.',
      },
      ru: {
        title: 'Идентификатор номера телефона',
        help: 'На developers.facebook.com откройте приложение, затем WhatsApp, «Настройка API»: он указан под номером.',
      },
      es: {
        title: 'ID del número de teléfono',
        help: 'En developers.facebook.com abra su aplicación y luego WhatsApp, Configuración de la API: está debajo del número.',
      },
    },
  }),
  businessId: id('A WhatsApp Business Account ID is a number such as 102290129340398.').meta({
    title: 'WhatsApp Business Account ID',
    help: 'On the same page, beside the phone number ID. Message templates belong to this account.',
    words: {
      'pt-BR': {
        title: 'ID da conta do WhatsApp Business',
        help: 'Na mesma página, ao lado do ID do número. Os modelos de mensagem pertencem a esta conta.',
      },
      ru: {
        title: 'Идентификатор аккаунта WhatsApp Business',
        help: 'На той же странице, рядом с идентификатором номера. Шаблоны сообщений принадлежат этому аккаунту.',
      },
      es: {
        title: 'ID de la cuenta de WhatsApp Business',
        help: 'En la misma página, junto al ID del número. Las plantillas de mensajes pertenecen a esta cuenta.',
      },
    },
  }),
  accessToken: z
    .string()
    .trim()
    .regex(/^[\w|.-]{16,600}$/, 'An access token is a long row of letters and digits that usually begins with EAA.')
    .meta({
      title: 'Access token',
      help: 'In the business settings of Meta: System users, Generate token, with the permissions whatsapp_business_messaging and whatsapp_business_management. The token of the API setup page lasts one day only.',
      secret: true,
      words: {
        'pt-BR': {
          title: 'Token de acesso',
          help: 'Nas configurações do negócio da Meta: Usuários do sistema, Gerar token, com as permissões whatsapp_business_messaging e whatsapp_business_management. O token da página Configuração da API dura só um dia.',
        },
        ru: {
          title: 'Маркер доступа',
          help: 'В настройках компании Meta: «Пользователи системы», «Создать маркер» с правами whatsapp_business_messaging и whatsapp_business_management. Маркер со страницы «Настройка API» живёт один день.',
        },
        es: {
          title: 'Token de acceso',
          help: 'En la configuración del negocio de Meta: Usuarios del sistema, Generar token, con los permisos whatsapp_business_messaging y whatsapp_business_management. El token de la página Configuración de la API dura solo un día.',
        },
      },
    }),
  appSecret: metaOptions.appSecret,
  version: metaOptions.version,
  apiRoot: metaOptions.apiRoot,
})

export type WhatsAppCloudOptions = z.infer<typeof options>

export const about: ConnectorAbout<typeof options> = { kind: 'whatsapp-cloud', title: 'WhatsApp Cloud API', official: true, options }
