import type { WebhookRequest } from '@parley/schema/connector'
import { expect, test } from 'vitest'
import { sign, verify } from '../src/signature.ts'

const now = 1_700_000_000_000
const [one, two, three] = [
  'a secret of at least thirty-two letters',
  'another secret of thirty-two letters',
  'a third secret of thirty-two letters',
]
const body = JSON.stringify({ events: [{ text: 'Привет' }] })
const request = (signature: string | undefined, more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  method: 'POST',
  path: '/',
  query: {},
  headers: signature === undefined ? {} : { 'parley-signature': signature },
  body: new TextEncoder().encode(body),
  ...more,
})
const verdict = (signature: string | undefined, secrets: { secret: string; formerSecret?: string }, at = now, more = {}) =>
  verify(request(signature, more), secrets, at).verdict

test('what was signed is accepted for five minutes, and no longer', () => {
  const signature = sign({ secret: one }, body, now)
  expect(verdict(signature, { secret: one })).toBe('accepted')
  expect(verdict(signature, { secret: one }, now + 300_000)).toBe('accepted')
  expect(verdict(signature, { secret: one }, now + 301_000)).toBe('refused')
  expect(verdict(signature, { secret: one }, now - 301_000)).toBe('refused')
})

test('one byte more, another time, another secret or another method is refused', () => {
  const signature = sign({ secret: one }, body, now)
  expect(verdict(signature, { secret: two })).toBe('refused')
  expect(verdict(signature, { secret: one }, now, { body: new TextEncoder().encode(`${body} `) })).toBe('refused')
  expect(verdict(signature.replace(/t=\d+/, `t=${now / 1000 + 1}`), { secret: one })).toBe('refused')
  expect(verdict(signature, { secret: one }, now, { method: 'PUT' })).toBe('refused')
  for (const odd of [undefined, '', 't=1', 'v1=', `t=${now / 1000}`, `t=${now / 1000},v1=`, signature.split(',')[1], 'x'.repeat(10_000)])
    expect(verdict(odd, { secret: one })).toBe('refused')
})

test('while a secret is changed either side may go first', () => {
  const changing = { secret: two, formerSecret: one }
  // Their program still has the former one, or the new one already.
  expect(verdict(sign({ secret: one }, body, now), changing)).toBe('accepted')
  expect(verdict(sign({ secret: two }, body, now), changing)).toBe('accepted')
  expect(verdict(sign({ secret: three }, body, now), changing)).toBe('refused')
  // What we sign fits both.
  const ours = sign(changing, body, now)
  expect(verdict(ours, { secret: one })).toBe('accepted')
  expect(verdict(ours, { secret: two })).toBe('accepted')
  // Once it is over the former one is worth nothing.
  expect(verdict(sign({ secret: one }, body, now), { secret: two })).toBe('refused')
})
