import type { ConnectorAbout } from '@parley/schema/connector'
import { z } from 'zod'

const host = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'This must be the name of a server, such as imap.example.com.')
const port = z.int().min(1).max(65_535)
const line = z
  .string()
  .trim()
  .max(120)
  .regex(/^[^\p{Cc}]*$/u, 'This must be one line.')

export const options = z.object({
  address: z
    .email('This must be an e-mail address.')
    .max(254)
    .transform((address) => address.toLowerCase())
    .meta({
      title: 'E-mail address',
      help: 'The mailbox customers write to. Answers come from this address.',
      words: {
        'pt-BR': { title: 'Endereço de e-mail', help: 'A caixa para a qual os clientes escrevem. As respostas saem deste endereço.' },
        ru: { title: 'Адрес эл. почты', help: 'Ящик, на который пишут клиенты. Ответы уходят с этого адреса.' },
        es: { title: 'Correo electrónico', help: 'El buzón al que escriben los clientes. Las respuestas salen de esta dirección.' },
      },
    }),
  password: z
    .string()
    .min(1)
    .max(1_000)
    .meta({
      title: 'Password',
      help: 'Of the mailbox. Gmail, Outlook and Yahoo want an app password, which is made in the security settings of the account.',
      secret: true,
      words: {
        'pt-BR': {
          title: 'Senha',
          help: 'Da caixa de e-mail. Gmail, Outlook e Yahoo pedem uma senha de app, criada nas configurações de segurança da conta.',
        },
        ru: {
          title: 'Пароль',
          help: 'От почтового ящика. Gmail, Outlook и Yahoo требуют пароль приложения: он создаётся в настройках безопасности аккаунта.',
        },
        es: {
          title: 'Contraseña',
          help: 'Del buzón. Gmail, Outlook y Yahoo piden una contraseña de aplicación, que se crea en la seguridad de la cuenta.',
        },
      },
    }),
  imapHost: host.meta({
    title: 'Server for incoming mail (IMAP)',
    help: 'Such as imap.gmail.com or outlook.office365.com.',
    words: {
      'pt-BR': { title: 'Servidor de entrada (IMAP)', help: 'Por exemplo imap.gmail.com ou outlook.office365.com.' },
      ru: { title: 'Сервер входящей почты (IMAP)', help: 'Например imap.gmail.com или outlook.office365.com.' },
      es: { title: 'Servidor de entrada (IMAP)', help: 'Por ejemplo imap.gmail.com u outlook.office365.com.' },
    },
  }),
  smtpHost: host.meta({
    title: 'Server for outgoing mail (SMTP)',
    help: 'Such as smtp.gmail.com or smtp.office365.com.',
    words: {
      'pt-BR': { title: 'Servidor de saída (SMTP)', help: 'Por exemplo smtp.gmail.com ou smtp.office365.com.' },
      ru: { title: 'Сервер исходящей почты (SMTP)', help: 'Например smtp.gmail.com или smtp.office365.com.' },
      es: { title: 'Servidor de salida (SMTP)', help: 'Por ejemplo smtp.gmail.com o smtp.office365.com.' },
    },
  }),
  sender: line.optional().meta({
    title: 'Name of the sender',
    help: 'Stands before the address in every answer: the name of your company.',
    words: {
      'pt-BR': { title: 'Nome do remetente', help: 'Aparece antes do endereço em cada resposta: o nome da sua empresa.' },
      ru: { title: 'Имя отправителя', help: 'Стоит перед адресом в каждом ответе: название вашей компании.' },
      es: { title: 'Nombre del remitente', help: 'Aparece antes de la dirección en cada respuesta: el nombre de su empresa.' },
    },
  }),
  user: line.optional().meta({
    title: 'User name',
    help: 'Where it is not the address.',
    advanced: true,
    words: {
      'pt-BR': { title: 'Nome de usuário', help: 'Se não for o próprio endereço.' },
      ru: { title: 'Имя пользователя', help: 'Если это не сам адрес.' },
      es: { title: 'Nombre de usuario', help: 'Si no es la propia dirección.' },
    },
  }),
  imapPort: port.default(993).meta({
    title: 'Port for incoming mail',
    help: '993, or 143 for a connection that is encrypted after the greeting (STARTTLS).',
    advanced: true,
    words: {
      'pt-BR': { title: 'Porta de entrada', help: '993, ou 143 para uma conexão cifrada após a saudação (STARTTLS).' },
      ru: { title: 'Порт входящей почты', help: '993 или 143, если шифрование включается после приветствия (STARTTLS).' },
      es: { title: 'Puerto de entrada', help: '993, o 143 para una conexión cifrada tras el saludo (STARTTLS).' },
    },
  }),
  smtpPort: port.default(465).meta({
    title: 'Port for outgoing mail',
    help: '465, or 587 for a connection that is encrypted after the greeting (STARTTLS).',
    advanced: true,
    words: {
      'pt-BR': { title: 'Porta de saída', help: '465, ou 587 para uma conexão cifrada após a saudação (STARTTLS).' },
      ru: { title: 'Порт исходящей почты', help: '465 или 587, если шифрование включается после приветствия (STARTTLS).' },
      es: { title: 'Puerto de salida', help: '465, o 587 para una conexión cifrada tras el saludo (STARTTLS).' },
    },
  }),
  encrypted: z
    .boolean()
    .default(true)
    .meta({
      title: 'Encrypted connections only',
      help: 'Without it the password crosses the network in clear: for a server in your own network alone.',
      advanced: true,
      words: {
        'pt-BR': {
          title: 'Só conexões cifradas',
          help: 'Sem isto a senha passa aberta pela rede: apenas para um servidor da sua própria rede.',
        },
        ru: {
          title: 'Только шифрованные соединения',
          help: 'Иначе пароль идёт по сети открыто: лишь для сервера в вашей собственной сети.',
        },
        es: { title: 'Solo conexiones cifradas', help: 'Sin ello la contraseña viaja en claro: solo para un servidor de su propia red.' },
      },
    }),
  keepsSent: z
    .boolean()
    .default(false)
    .meta({
      title: 'The server keeps sent letters itself',
      help: 'Gmail and Outlook do. Otherwise Parley puts a copy into the folder of sent letters.',
      advanced: true,
      words: {
        'pt-BR': {
          title: 'O servidor guarda os e-mails enviados',
          help: 'Gmail e Outlook guardam. Senão, o Parley põe uma cópia na pasta de enviados.',
        },
        ru: {
          title: 'Сервер сам хранит отправленные письма',
          help: 'Так делают Gmail и Outlook. Иначе Parley кладёт копию в папку отправленных.',
        },
        es: {
          title: 'El servidor guarda los enviados',
          help: 'Gmail y Outlook lo hacen. Si no, Parley pone una copia en la carpeta de enviados.',
        },
      },
    }),
})

export type EmailOptions = z.infer<typeof options>

export const about: ConnectorAbout<typeof options> = { kind: 'email', title: 'E-mail', official: true, options }
