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
  /** Must be one of a list, or signed by the hub: the refusal of what is not. */
  refused?: string
  /** A good value of this many characters, where not every text will do. */
  value?(length: number): string
}

const name: Text = { most: limits.name }
const email: Text = {
  most: limits.email,
  value: (length) => `${'a'.repeat(60)}@${`${'b'.repeat(50)}.`.repeat(10)}`.slice(0, length - 5).concat('.test'),
}
/** The longest way to write an address. */
const wholeAddress = (length: number): string =>
  `2001:0db8:${crypto.randomUUID().slice(0, 4)}:0000:0000:0000:0000:0001/128`.padEnd(length, '0').slice(0, length)
const cut: Text = { cut: true }
const template: Record<string, Text> = {
  'input.title': name,
  'input.shortcut': { most: limits.shortcut },
  'input.body': { most: limits.templateText },
  'input.buttons.0': { most: limits.buttonLabel },
}

const schedule: Record<string, Text> = {
  'input.name': name,
  'input.timeZone': { names: true },
  'input.week.0.from': { names: true },
  'input.week.0.to': { names: true },
  'input.holidays.0.date': { names: true },
  'input.holidays.0.name': name,
  'input.holidays.0.intervals.0.from': { names: true },
  'input.holidays.0.intervals.0.to': { names: true },
}

const approachText: Record<string, Text> = {
  'input.title': name,
  'input.words.0.text': { most: limits.approachText },
  'input.url': { most: limits.url, value: (length) => `https://shop.example/${'x'.repeat(length - 21)}` },
}
const approachRule: Record<string, Text> = {
  'input.page': { most: limits.approachPage },
  'input.campaign': name,
  'input.countries.0': { names: true },
}
/** Colours and pages are not every text: looks.test.ts. */
const look: Record<string, Text> = {
  ...Object.fromEntries(
    ['accent', 'fontColour', 'backColour', 'borderColour', 'welcomeColour', 'awayColour', 'closingColour'].map((each) => [
      `input.${each}`,
      { refused: 'bad_colour' },
    ]),
  ),
  'input.texts.0.online': { most: limits.launcherText },
  'input.texts.0.offline': { most: limits.launcherText },
  'input.texts.0.welcome': { most: limits.notice },
  'input.texts.0.away': { most: limits.notice },
  'input.texts.0.closing': { most: limits.notice },
  'input.showOn.0': { most: limits.url, value: (length) => '/'.padEnd(length, 'a') },
  'input.hideOn.0': { most: limits.url, value: (length) => '/'.padEnd(length, 'a') },
}

/** By operation and by the way to the argument. */
export const texts: Record<string, Record<string, Text>> = {
  'Query.alerts': { after: { names: true } },
  'Query.templates': { search: cut, after: { names: true } },
  'Query.findTemplates': { search: cut },
  'Query.previewTemplate': { body: { most: limits.templateText } },
  'Query.libraryImages': { after: { names: true } },
  'Query.customers': { search: cut, after: { names: true } },
  'Query.duplicates': { after: { names: true } },
  'Query.undelivered': { after: { names: true } },
  'Query.chats': { after: { names: true } },
  'Query.search': { query: cut, after: { names: true } },
  'Query.filteredChats': { after: { names: true }, timeZone: { names: true } },
  'Query.report': { 'input.from': { names: true }, 'input.to': { names: true }, 'input.timeZone': { names: true } },
  'Query.countChats': { timeZone: { names: true } },
  'Query.fittingChats': { timeZone: { names: true } },
  // The address of a redirect: approaches.test.ts.
  'Mutation.createApproachText': approachText,
  'Mutation.updateApproachText': approachText,
  'Mutation.updateApproachSettings': { 'domains.0': { names: true } },
  'Mutation.createApproachRule': approachRule,
  'Mutation.updateApproachRule': approachRule,
  'Mutation.approachVisitors': { 'input.text': { most: limits.approachText }, 'input.url': cut },
  'Mutation.addComment': { 'input.clientId': { most: limits.id }, 'input.text': { most: limits.comment } },
  'Query.blocks': { search: cut, after: { names: true } },
  'Mutation.blockAddress': { address: { most: limits.address, value: wholeAddress }, reason: { most: limits.comment } },
  'Mutation.blockIdentity': { reason: { most: limits.comment } },
  'Mutation.closeChat': { 'closing.answers.0.values.0': { most: limits.formText } },
  'Mutation.createChannel': { 'input.name': name },
  'Mutation.createFormField': { label: { most: limits.formLabel }, 'options.0': { most: limits.formOption } },
  'Mutation.createGroup': { name },
  'Mutation.createTemplate': template,
  'Mutation.updateTemplate': template,
  'Mutation.addLibraryImage': { title: name },
  'Mutation.renameLibraryImage': { title: name },
  // Compared with the channel's own.
  'Mutation.removeChannel': { name: {} },
  'Mutation.startBulk': { 'input.comment': { most: limits.comment }, 'input.timeZone': { names: true } },
  'Mutation.createSavedFilter': { 'input.name': name },
  'Mutation.updateSavedFilter': { 'input.name': name },
  'Query.requests': { category: { names: true }, search: cut, after: { names: true } },
  'Query.previewLook': look,
  'Mutation.saveLook': look,
  'Mutation.createSchedule': schedule,
  'Mutation.updateSchedule': schedule,
  'Mutation.updateRequest': {
    'input.title': { most: limits.requestTitle },
    'input.category': { names: true },
    'input.type': { names: true },
  },
  'Mutation.answerRequest': { 'input.clientId': { most: limits.id }, 'input.text': { most: limits.messageText } },
  'Mutation.turnIntoRequest': {
    'input.title': { most: limits.requestTitle },
    'input.category': { names: true },
    'input.type': { names: true },
    'closing.answers.0.values.0': { most: limits.formText },
  },
  'Mutation.updateRequestSettings': {
    'input.categories.0': { most: limits.requestWord },
    'input.types.0': { most: limits.requestWord },
    'input.title': { most: limits.requestTitle },
    'input.category': { names: true },
    'input.type': { names: true },
    'input.fields.0.label': { most: limits.requestWord },
    'input.fields.0.options.0': { most: limits.requestWord },
  },
  'Mutation.createTag': { name: { most: limits.tagName } },
  'Mutation.editMessage': { text: { most: limits.messageText } },
  'Mutation.reactToMessage': { emoji: { most: limits.reaction, value: (length) => `👍${'\u200d👍'.repeat(20)}`.slice(0, length) } },
  'Mutation.editComment': { text: { most: limits.comment } },
  'Mutation.fillForm': { 'answers.0.values.0': { most: limits.formText } },
  'Mutation.inviteOperator': { 'input.name': name, 'input.email': email },
  // A website is no mailbox: email.test.ts.
  'Mutation.beginChat': { 'input.clientId': {}, 'input.subject': {}, 'input.text': {} },
  'Mutation.sendMessage': {
    'input.clientId': { most: limits.id },
    'input.text': { most: limits.messageText },
    'input.buttons.0': { most: limits.buttonLabel },
  },
  // A website has none of these: approved.test.ts.
  'Mutation.sendApprovedText': { clientId: {}, name: {}, language: {}, 'variables.0.key': {}, 'variables.0.value': {} },
  'Mutation.takeOverChat': { reason: { most: limits.comment } },
  'Mutation.transferChat': { clientId: { most: limits.id }, comment: { most: limits.comment } },
  'Mutation.updateAccount': { name },
  'Mutation.updateChannel': { name },
  'Mutation.updateCustomer': {
    name,
    email,
    phone: { most: limits.phone },
    // Points and strokes count: fourteen characters of a CNPJ, and as many between them as fit.
    taxId: { most: limits.taxId, value: (length) => `${'.'.repeat(length - 14)}12ABC34501DE35` },
    'values.0.values.0': { most: limits.formText },
  },
  'Mutation.mergeCustomers': { 'input.reason': { most: limits.comment }, 'input.take.0': { names: true } },
  'Mutation.addNote': { clientId: { most: limits.id }, text: { most: limits.comment } },
  'Mutation.editNote': { text: { most: limits.comment } },
  'Mutation.createCustomerField': {
    label: { most: limits.formLabel },
    key: { most: limits.fieldKey, value: (length) => crypto.randomUUID().replaceAll('-', '_').padEnd(length, 'x').slice(0, length) },
    'options.0': { most: limits.formOption },
  },
  'Mutation.updateCustomerField': { label: { most: limits.formLabel }, 'options.0': { most: limits.formOption } },
  'Mutation.updateClosingSettings': { 'texts.0.text': { most: limits.notice } },
  'Mutation.updateFormField': { label: { most: limits.formLabel }, 'options.0': { most: limits.formOption } },
  'Mutation.updateGroup': { name },
  'Mutation.updateOperator': { name },
  'Mutation.updateProfile': {
    'input.name': name,
    'input.signature': { most: limits.signature },
    'input.languages.0': { names: true },
  },
  'Mutation.updateTag': { name: { most: limits.tagName } },
  'Mutation.updateWorkspace': { name, country: { names: true } },
}
export const visitorTexts: Record<string, Record<string, Text>> = {
  'Query.site': { key: { names: true } },
  'Mutation.startVisitor': {
    'input.key': { names: true },
    'input.name': name,
    'input.email': email,
    // Refusals name the field that was asked: visitor-fields.test.ts.
    'input.values.0.field': { names: true },
    'input.values.0.values.0': { refused: 'too_long' },
    'input.pageUrl': cut,
    'input.pageTitle': cut,
    'input.language': cut,
  },
  'Mutation.leaveRequest': {
    'input.key': { names: true },
    'input.clientId': { most: limits.id },
    // Of who is known already, and asked of nobody else.
    'input.name': cut,
    'input.email': cut,
    'input.title': { most: limits.requestTitle },
    'input.text': { most: limits.messageText },
    'input.category': { refused: 'invalid' },
    'input.pageUrl': cut,
    // Of a field that the form does not have.
    'input.answers.0.value': cut,
  },
  'Mutation.comeBack': { token: { refused: 'link_used' } },
  'Mutation.describeVisitor': { 'input.values.0.field': { names: true }, 'input.values.0.values.0': { refused: 'too_long' } },
  'Mutation.identify': { 'input.key': { names: true }, 'input.token': { refused: 'bad_identity' } },
  // Of a chat that is over: ratings.test.ts.
  'Mutation.rateChat': { 'input.comment': { names: true } },
  'Mutation.joinVisit': { browser: { names: true } },
  // Of somebody who has no chat: waiting.test.ts.
  'Mutation.setTyping': { text: { names: true } },
  'Mutation.showApproach': { key: { names: true }, browser: { names: true } },
  'Mutation.answerApproach': { 'input.key': { names: true }, 'input.browser': { names: true } },
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
  'Mutation.startVisitor': (word, key) => ({
    input: { key, name: word, email: `${word}@customer.example`, values: [{ field: 'name', values: [word] }] },
  }),
  'Mutation.leaveRequest': (word, key) => ({
    input: {
      key,
      clientId: word,
      title: word,
      text: word,
      pageUrl: 'https://shop.example/',
      answers: [{ fieldId: crypto.randomUUID(), value: '' }],
    },
  }),
  'Mutation.comeBack': (word) => ({ token: word }),
  'Mutation.describeVisitor': (word) => ({ input: { bySite: false, values: [{ field: 'name', values: [word] }] } }),
  'Mutation.identify': (word, key) => ({ input: { key, token: word } }),
  'Mutation.rateChat': (word) => ({ input: { chatId: crypto.randomUUID(), score: 5, comment: word } }),
  'Mutation.joinVisit': (word) => ({ browser: word }),
  'Mutation.setTyping': (word) => ({ on: true, text: word }),
  'Mutation.showApproach': (word, key) => ({ key, browser: word }),
  'Mutation.answerApproach': (word, key) => ({ input: { key, browser: word, approachId: crypto.randomUUID(), accepted: true } }),
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
