import { expect, test } from 'vitest'
import { ownId, rootFor, threadId } from '../src/ids.ts'
import { parse } from '../src/inbound.ts'

const address = 'help@shop.example'
const maria = { name: 'Maria', address: 'Maria@Customer.example' }
const raw = (more: object = {}) => ({
  uid: 7,
  uidValidity: '1',
  at: 1_700_000_000_000,
  id: '<a@customer.example>',
  subject: 'Colours',
  from: [maria],
  headers: {},
  mime: 'text/plain',
  text: 'Hello\r\n',
  ...more,
})
const read = (more?: object) => parse(raw(more), { address })[0]
const automatic = (more: object) => (read(more) as { letter?: { automatic?: boolean } }).letter?.automatic ?? false

test('a letter is a message of its writer in the thread it begins', () => {
  expect(read()).toEqual({
    type: 'message',
    key: 'm:a@customer.example',
    at: 1_700_000_000_000,
    id: 'a@customer.example',
    thread: { id: threadId(rootFor('a@customer.example', [], address), 'maria@customer.example'), kind: 'direct', title: 'Colours' },
    from: { id: 'maria@customer.example', email: 'maria@customer.example', name: 'Maria' },
    by: 'peer',
    text: 'Hello',
    letter: { subject: 'Colours' },
  })
})

test('all letters of an exchange are one thread, by its first letter or by any of ours', () => {
  const thread = read()?.thread
  const later = { id: '<b@customer.example>', headers: { references: '<a@customer.example> <x@y>' } }
  expect(read(later)?.thread).toEqual(thread)
  const ours = ownId('0190.0', thread?.id.split('~')[0] ?? '', address)
  expect(read({ id: '<c@customer.example>', inReplyTo: `<${ours}>` })?.thread).toEqual(thread)
})

test('an id that is like ours but of another house is not ours', () => {
  const foreign = ownId('0190.0', 'a'.repeat(20), 'evil@elsewhere.example')
  expect(read({ id: `<${foreign}>` })).toMatchObject({ by: 'peer' })
  expect(read({ id: '<d@x>', inReplyTo: `<${foreign}>` })?.thread.id).not.toContain('a'.repeat(20))
  expect(read({ id: `<${ownId('0190.0', 'a'.repeat(20), address)}>` })).toMatchObject({ by: 'hub', partKey: '0190.0' })
})

test('the answer goes where the letter wants it, but never to a mailing list', () => {
  const replyTo = [{ name: '', address: 'desk@customer.example' }]
  expect(read({ replyTo })).toMatchObject({ from: { id: 'desk@customer.example', name: 'Maria' } })
  expect(read({ replyTo, headers: { 'list-id': '<all.example>' } })).toMatchObject({ from: { id: 'maria@customer.example' } })
})

test('what no person wrote to us alone is told from the rest', () => {
  expect(automatic({})).toBe(false)
  expect(automatic({ headers: { 'auto-submitted': 'no' } })).toBe(false)
  for (const headers of [
    { 'auto-submitted': 'auto-replied' },
    { precedence: 'bulk' },
    { 'list-id': '<news.example>' },
    { 'x-auto-response-suppress': 'All' },
    { 'return-path': '<>' },
  ])
    expect(automatic({ headers })).toBe(true)
  expect(automatic({ from: [{ name: '', address: 'no-reply@bank.example' }] })).toBe(true)
  expect(automatic({ from: [{ name: '', address }] })).toBe(true)
})

const report = (action: string, status: string, id: string) => ({
  report: {
    status: `Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; Maria@customer.example\r\nAction: ${action}\r\nStatus: ${status}\r\nDiagnostic-Code: smtp; 550 ${status} No such\r\n person\r\n`,
    original: `From: x\r\nMessage-ID: <${id}>\r\n`,
  },
})
test('a notice that our letter was lost is a receipt, of another’s letter a letter, of a delay nothing', () => {
  const id = ownId('0190.0', 'a'.repeat(20), address)
  expect(read(report('failed', '5.1.1', id))).toMatchObject({
    type: 'receipt',
    state: 'failed',
    partKey: '0190.0',
    thread: { id: `${'a'.repeat(20)}~maria@customer.example` },
    failure: { code: 'no_such_peer', message: '550 5.1.1 No such person', platformCode: '5.1.1' },
  })
  expect(read(report('failed', '5.7.1', id))).toMatchObject({ failure: { code: 'forbidden_by_peer' } })
  expect(read(report('delayed', '4.4.1', id))).toBeUndefined()
  expect(read(report('failed', '5.1.1', 'other@elsewhere'))).toMatchObject({ type: 'message' })
})

test('a letter without words shows its subject, and one that cannot be read its kind', () => {
  expect(read({ text: ' \r\n' })).toMatchObject({ text: 'Colours' })
  expect(read({ text: undefined, mime: 'multipart/encrypted' })).toMatchObject({ unsupported: 'multipart/encrypted' })
  expect(read({ text: 'a\0b\ud800' })).toMatchObject({ text: 'ab\uFFFD' })
})
