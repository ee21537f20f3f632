import { hash, verify } from '@node-rs/argon2'
import { limits } from '@parley/schema/vocabulary'
import { HubError } from '../errors.ts'

/** argon2id with 19 MiB and two passes: the least that OWASP's password storage sheet advises. Some 30 ms of one core. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const atOnce = 2
const longestQueue = 200

let running = 0
const waiting: (() => void)[] = []

/** Only so many at once, so that a flood of sign-ins takes neither every core nor all memory. */
async function inTurn<T>(task: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (waiting.length >= longestQueue) throw new HubError('unavailable')
    await new Promise<void>((go) => waiting.push(go))
  } else running += 1
  try {
    return await task()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

/** argon2id in its usual text form. The password must have passed `ensureBearable` or `ensureStrong`. */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, cost))

/** Whether the password is the one behind `hashed`. A hash that cannot be read fits no password. */
export const passwordFits = (hashed: string, password: string): Promise<boolean> =>
  inTurn(() => verify(hashed, password).catch(() => false))

/** Refuses what is too long to be worth hashing: at most 1,024 bytes. */
export function ensureBearable(password: string, field = 'password'): void {
  if (password.length > limits.password || Buffer.byteLength(password) > limits.password)
    throw new HubError('too_long', { field, max: limits.password })
}

/** Refuses a new password that is too short, too long or easy to guess. `about`: the person's own name, e-mail, company. */
export async function ensureStrong(password: string, about: readonly string[], field = 'password'): Promise<void> {
  ensureBearable(password, field)
  const refused = new HubError('weak_password', { field, min: limits.passwordMin })
  if ([...password].length < limits.passwordMin) throw refused
  const { isGuessable } = await import('./guessable.ts')
  if (await isGuessable(password, about)) throw refused
}
