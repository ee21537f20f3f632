import { z } from 'zod'

export const graphHome = 'https://graph.facebook.com'
/** Current since July 2026. */
const currentVersion = 'v26.0'

const id = (why: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{5,30}$/, why)

/** What every kind of Meta asks an admin for. Titles and help in English, `words` in the other languages of the console. */
export const metaOptions = {
  appId: id('An app ID is a number such as 900100200300400.').meta({
    title: 'App ID',
    help: 'At developers.facebook.com open your app (or create one of type Business): the ID stands at the top of its dashboard.',
    words: {
      'pt-BR': {
        title: 'ID do aplicativo',
        help: 'Em developers.facebook.com abra seu aplicativo (ou crie um do tipo Empresa): o ID está no topo do painel.',
      },
      ru: {
        title: 'Идентификатор приложения',
        help: 'На developers.facebook.com откройте своё приложение (или создайте его с типом «Бизнес»): идентификатор вверху панели.',
      },
      es: {
        title: 'ID de la aplicación',
        help: 'En developers.facebook.com abra su aplicación (o cree una de tipo Empresa): el ID está en la parte superior del panel.',
      },
    },
  }),
  appSecret: z
    .string()
    .trim()
    .regex(/^\w{16,64}$/, 'An app secret is 32 letters and digits; the dashboard shows it under App settings, Basic.')
    .meta({
      title: 'App secret',
      help: 'In the dashboard of the app: App settings, Basic, App secret, Show. It proves that messages really come from Meta.',
      secret: true,
      words: {
        'pt-BR': {
          title: 'Chave secreta do aplicativo',
          help: 'No painel do aplicativo: Configurações, Básico, Chave secreta, Mostrar. Ela prova que as mensagens vêm mesmo da Meta.',
        },
        ru: {
          title: 'Секрет приложения',
          help: 'В панели приложения: «Настройки», «Основное», «Секрет приложения», «Показать». Он доказывает, что сообщения пришли от Meta.',
        },
        es: {
          title: 'Clave secreta de la aplicación',
          help: 'En el panel de la aplicación: Configuración, Básica, Clave secreta, Mostrar. Prueba que los mensajes vienen de Meta.',
        },
      },
    }),
  version: z
    .string()
    .trim()
    .regex(/^v\d{2}\.0$/, 'A version looks like v26.0.')
    .default(currentVersion)
    .meta({
      title: 'Version of the Graph API',
      help: 'Meta switches each version off about two years after it came out.',
      advanced: true,
      words: {
        'pt-BR': { title: 'Versão da Graph API', help: 'A Meta desliga cada versão cerca de dois anos após o lançamento.' },
        ru: { title: 'Версия Graph API', help: 'Meta отключает каждую версию примерно через два года после выпуска.' },
        es: { title: 'Versión de la Graph API', help: 'Meta desactiva cada versión unos dos años después de su lanzamiento.' },
      },
    }),
  apiRoot: z
    .url({ protocol: /^https?$/, error: 'An address that begins with https://' })
    .max(2048)
    .default(graphHome)
    .meta({
      title: 'Graph API server',
      help: 'Only for tests with a stand-in of Meta.',
      advanced: true,
      words: {
        'pt-BR': { title: 'Servidor da Graph API', help: 'Somente para testes com um substituto da Meta.' },
        ru: { title: 'Сервер Graph API', help: 'Только для проверок с имитацией Meta.' },
        es: { title: 'Servidor de la Graph API', help: 'Solo para pruebas con un sustituto de Meta.' },
      },
    }),
}

const tokenWords = {
  'pt-BR': {
    title: 'Token de acesso da página',
    help: 'No painel do aplicativo, em Messenger, Configurações da API: adicione a página e clique em Gerar token. Melhor ainda: um token sem validade de um usuário do sistema.',
  },
  ru: {
    title: 'Маркер доступа страницы',
    help: 'В панели приложения, раздел Messenger, «Настройки API»: добавьте страницу и нажмите «Создать маркер». Лучше бессрочный маркер системного пользователя.',
  },
  es: {
    title: 'Token de acceso de la página',
    help: 'En el panel de la aplicación, en Messenger, Configuración de la API: agregue la página y pulse Generar token. Mejor aún: un token sin caducidad de un usuario del sistema.',
  },
}

/** What the kinds that answer for a Page ask for. */
export const pageOptions = {
  ...metaOptions,
  pageId: id('A Page ID is a number such as 100200300400500.').meta({
    title: 'Page ID',
    help: 'On Facebook open the Page: About, Page transparency, Page ID.',
    words: {
      'pt-BR': { title: 'ID da página', help: 'No Facebook abra a página: Sobre, Transparência da página, ID da página.' },
      ru: {
        title: 'Идентификатор страницы',
        help: 'В Facebook откройте страницу: «Информация», «Прозрачность страницы», «Идентификатор страницы».',
      },
      es: { title: 'ID de la página', help: 'En Facebook abra la página: Información, Transparencia de la página, ID de la página.' },
    },
  }),
  accessToken: z
    .string()
    .trim()
    .regex(/^[\w|.-]{16,600}$/, 'An access token is a long row of letters and digits that usually begins with EAA.')
    .meta({
      title: 'Page access token',
      help: 'In the dashboard of the app, Messenger, API settings: add the Page and press Generate token. Better still: a token of a system user that never expires.',
      secret: true,
      words: tokenWords,
    }),
  humanAgent: z
    .boolean()
    .default(false)
    .meta({
      title: 'Answers within seven days',
      help: 'Meta has granted this app the Human Agent permission: people may be answered for 7 days instead of 24 hours.',
      words: {
        'pt-BR': {
          title: 'Respostas em até sete dias',
          help: 'A Meta concedeu a este aplicativo a permissão Human Agent: é possível responder por 7 dias em vez de 24 horas.',
        },
        ru: {
          title: 'Ответы в течение семи дней',
          help: 'Meta выдала приложению разрешение Human Agent: отвечать можно 7 дней вместо 24 часов.',
        },
        es: {
          title: 'Respuestas en siete días',
          help: 'Meta concedió a esta aplicación el permiso Human Agent: se puede responder durante 7 días en vez de 24 horas.',
        },
      },
    }),
}
