import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits of chance, for links that open something once. 43 characters. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is kept of a token: enough to know it again, not enough to use it. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** Compares two hashes without telling by time how much of them is alike. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
