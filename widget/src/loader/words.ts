import type { Language } from '../shared/language.ts'

/** Someone is there; nobody is there; close the chat; "unread", before a number. */
type Words = [online: string, offline: string, close: string, unread: string]

export const words: Record<Language, Words> = {
  en: ['Chat with us', 'Leave a message', 'Close chat', 'unread'],
  'pt-BR': ['Fale conosco', 'Deixe uma mensagem', 'Fechar o chat', 'não lidas'],
  ru: ['Напишите нам', 'Оставить сообщение', 'Закрыть чат', 'не прочитано'],
  es: ['Escríbenos', 'Deja un mensaje', 'Cerrar el chat', 'sin leer'],
}
