import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** What a secret belongs to. It opens only in the very place it was sealed for. */
export interface SealedPlace {
  workspace: string
  channel: string
  field: string
}

const version = 'v1'
const nonceBytes = 12
const tagBytes = 16

/** A 32-byte key for one purpose, for example `seal` or `file-links`; keys of two purposes tell nothing of each other. */
export function deriveKey(master: Uint8Array | string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, 'parley', purpose, 32))
}

/** Eight hex digits that tell which key sealed a secret, and nothing else about it. */
export function keyId(key: Uint8Array): string {
  return deriveKey(key, 'key-id').subarray(0, 4).toString('hex')
}

/** AES-256-GCM: `v1.<key id>.<base64url of nonce, ciphertext and tag>`. */
export function seal(key: Uint8Array, plaintext: string, place: SealedPlace): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(placeBytes(key, place))
  const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${version}.${keyId(key)}.${sealed.toString('base64url')}`
}

/** Throws when it was sealed with another key or for another place, or was changed; the error says which key it wants, no content. */
export function unseal(key: Uint8Array, sealed: string, place: SealedPlace): string {
  const [form, id, body, more] = sealed.split('.')
  if (form !== version || !id || !body || more !== undefined) throw new Error('not a sealed secret')
  if (id !== keyId(key)) throw new Error(`sealed with key ${id}, this hub has key ${keyId(key)}: PARLEY_SECRET or the key file was changed`)
  const bytes = Buffer.from(body, 'base64url')
  if (bytes.length < nonceBytes + tagBytes) throw new Error('not a sealed secret')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(placeBytes(key, place)).setAuthTag(bytes.subarray(-tagBytes))
  return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
}

function placeBytes(key: Uint8Array, { workspace, channel, field }: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([version, keyId(key), workspace, channel, field]))
}
