import { limits } from '@parley/schema/vocabulary'
import type { Variables } from './matrix.ts'

/**
 * Every argument of type String, with the most characters it takes. `cut`: what a browser says of a page is shortened, because
 * a long title must not keep a message from being sent. `names`: looked up, so that what is too long does not exist.
 */
export interface Text {
  most?: number
  cut?: true
  names?: true
  /** A good value of this many characters, where not every text will do. */
  value?(length: number): string
}

const name: Text = { most: limits.name }
const email: Text = {
  most: limits.email,
  value: (length) => `${'a'.repeat(60)}@${`${'b'.repeat(50)}.`.repeat(10)}`.slice(0, length - 5).concat('.test'),
}
const cut: Text = { cut: true }

/** By operation and by the way to the argument. */
export const texts: Record<string, Record<string, Text>> = {
  'Query.chats': { after: { names: true } },
  'Mutation.blockIdentity': { reason: { most: limits.comment } },
  'Mutation.createChannel': { 'input.name': name },
  'Mutation.createGroup': { name },
  'Mutation.inviteOperator': { 'input.name': name, 'input.email': email },
  'Mutation.sendMessage': { 'input.clientId': { most: limits.id }, 'input.text': { most: limits.messageText } },
  'Mutation.transferChat': { comment: { most: limits.comment } },
  'Mutation.updateAccount': { name },
  'Mutation.updateChannel': { name },
  'Mutation.updateCustomer': { name, email, phone: { most: limits.phone } },
  'Mutation.updateGroup': { name },
  'Mutation.updateOperator': { name },
  'Mutation.updateWorkspace': { name },
}
export const visitorTexts: Record<string, Record<string, Text>> = {
  'Query.site': { key: { names: true } },
  'Mutation.startVisitor': {
    'input.key': { names: true },
    'input.name': name,
    'input.email': email,
    'input.pageUrl': cut,
    'input.pageTitle': cut,
    'input.language': cut,
  },
  'Mutation.sendMessage': {
    'input.clientId': { most: limits.id },
    'input.text': { most: limits.messageText },
    'input.pageUrl': cut,
    'input.pageTitle': cut,
  },
}

/** Good values of the visitors' operations. */
export const visitorVariables: Record<string, (word: string, key: string) => Variables> = {
  'Query.site': (_, key) => ({ key }),
  'Mutation.startVisitor': (word, key) => ({ input: { key, name: word, email: `${word}@customer.example` } }),
  'Mutation.sendMessage': (word) => ({ input: { clientId: word, text: word, pageUrl: 'https://shop.example/' } }),
}

export const textOfLength = ({ value }: Text, length: number): string =>
  value ? value(length) : crypto.randomUUID().padEnd(length, 'x').slice(0, length)

/** Text that someone might hope is run, where it is shown, stored or searched. */
export const hostile: readonly string[] = [
  '<script>window.__pwned = 1</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)//\'"',
  '<svg/onload=alert(1)>',
  '{{constructor.constructor("return process")()}}',
  '#{7*7}<%= 7*7 %>',
  "'; drop table chats; --",
  "=cmd|' /C calc'!A0",
  '../../../etc/passwd',
  '%00%0a%0d\r\nSet-Cookie: a=b',
  '\u202etxt.exe\u202c',
  '__proto__',
  '[click](javascript:alert(1))',
  '\ud83d\ude00\u200b\u0301\u0301\u0301',
]
/** What PostgreSQL or UTF-8 cannot hold, and what becomes of it. */
export const unstorable: readonly (readonly [string, string])[] = [
  ['a\u0000b', 'ab'],
  ['\ud83dx', '\ufffdx'],
  ['x\ude00', 'x\ufffd'],
  ['\ude00\ud83d', '\ufffd\ufffd'],
  ['\\u0000 \\ud83d', '\\u0000 \\ud83d'],
]
