import { createHmac } from 'node:crypto'
import type { Verdict, WebhookRequest } from '@parley/schema/connector'
import { sameSecret } from '@parley/schema/same'

/** A delivery signed longer ago than this, or so far in the future, may be somebody's copy. */
const toleranceSeconds = 300

const mac = (secret: string, time: number, body: string | Uint8Array): string =>
  createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')

interface Secrets {
  secret: string
  formerSecret?: string | undefined
}
const both = ({ secret, formerSecret }: Secrets): string[] => (formerSecret ? [secret, formerSecret] : [secret])

/** `t=<seconds since 1970>,v1=<hex>`; while a secret is being changed one `v1` for each. */
export function sign(secrets: Secrets, body: string, now: number): string {
  const time = Math.floor(now / 1000)
  return [`t=${time}`, ...both(secrets).map((secret) => `v1=${mac(secret, time, body)}`)].join(',')
}

/** Over the very bytes. A copy of an old delivery is refused by its time, a fresh one dropped by the keys of its events. */
export function verify({ method, headers, body }: WebhookRequest, secrets: Secrets, now: number): Verdict {
  if (method !== 'POST') return { verdict: 'refused', reply: { status: 405, headers: { allow: 'POST' } } }
  const given = (headers['parley-signature'] ?? '').slice(0, 1_000)
  const time = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(given)?.[1] ?? Number.NaN)
  const signatures = [...given.matchAll(/(?:^|,)v1=([0-9a-f]{64})(?=,|$)/g)].map(([, hex]) => hex ?? '').slice(0, 4)
  const expected = both(secrets).map((secret) => mac(secret, time, body))
  const fits = signatures.flatMap((one) => expected.map((wanted) => sameSecret(one, wanted)))
  if (!fits.includes(true)) return refused('The signature does not fit the body and the secret.')
  if (Math.abs(now / 1000 - time) > toleranceSeconds) return refused('The time of the signature is more than five minutes off.')
  return { verdict: 'accepted' }
}

const refused = (error: string): Verdict => ({
  verdict: 'refused',
  reply: { status: 401, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) },
})
