import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deriveKey, keyId, seal, unseal } from '../src/seal.ts'
import { loadSecret } from '../src/secret.ts'

const place = { workspace: 'w1', channel: 'c1', field: 'token' }
const key = deriveKey('a master secret of the hub, long enough', 'seal')
const token = '123456:the-bot-token — ключ'

describe('A sealed secret', () => {
  it('opens with its key in its place', () => {
    expect(unseal(key, seal(key, token, place), place)).toBe(token)
    expect(unseal(key, seal(key, '', place), place)).toBe('')
  })

  it('shows nothing of itself, and never looks the same twice', () => {
    const first = seal(key, token, place)
    expect(first).toMatch(new RegExp(`^v1\\.${keyId(key)}\\.[A-Za-z0-9_-]+$`))
    expect(Buffer.from(first.split('.')[2] ?? '', 'base64url').includes(token)).toBe(false)
    expect(seal(key, token, place)).not.toBe(first)
  })

  it.each([
    { workspace: 'w2' },
    { channel: 'c2' },
    { field: 'secret' },
    { workspace: 'w1"', channel: 'c1' },
    { workspace: 'w', channel: '1c1' },
  ])('does not open in another row or field: %o', (change) => {
    expect(() => unseal(key, seal(key, token, place), { ...place, ...change })).toThrow()
  })

  it('does not open with another key, and says which one it wants', () => {
    const other = deriveKey('another master secret of another hub', 'seal')
    expect(() => unseal(other, seal(key, token, place), place)).toThrow(`sealed with key ${keyId(key)}`)
  })

  it('does not open with another key that is passed off as its own', () => {
    const other = deriveKey('another master secret of another hub', 'seal')
    const renamed = seal(other, token, place).replace(keyId(other), keyId(key))
    expect(() => unseal(key, renamed, place)).toThrow()
  })

  it('does not open when any one of its bytes was changed', () => {
    const [form, id, body = ''] = seal(key, token, place).split('.')
    const bytes = Buffer.from(body, 'base64url')
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8((bytes[at] ?? 0) ^ 1, at)
      expect(() => unseal(key, `${form}.${id}.${changed.toString('base64url')}`, place)).toThrow()
    }
  })

  it('does not open when it is cut, empty or something else', () => {
    const whole = seal(key, token, place)
    for (const text of [
      '',
      'v1',
      `v1.${keyId(key)}.`,
      `v1.${keyId(key)}.AAAA`,
      whole.slice(0, -4),
      `${whole}.x`,
      whole.replace('v1', 'v2'),
      token,
    ]) {
      expect(() => unseal(key, text, place)).toThrow()
    }
  })
})

describe('Keys', () => {
  it('of two purposes or two secrets differ, of one are the same', () => {
    expect(deriveKey('m', 'seal')).toEqual(deriveKey('m', 'seal'))
    expect(
      new Set([deriveKey('m', 'seal'), deriveKey('m', 'file-links'), deriveKey('n', 'seal')].map((each) => each.toString('hex'))).size,
    ).toBe(3)
    expect(deriveKey('m', 'seal')).toHaveLength(32)
  })
})

describe('The master secret', () => {
  it('is what was set, when something was set', async () => {
    expect(await loadSecret({ secret: 's'.repeat(32), dataDir: '/nowhere' })).toBe('s'.repeat(32))
    await expect(loadSecret({ secret: 'short', dataDir: '/nowhere' })).rejects.toThrow('PARLEY_SECRET is shorter than 32 characters')
  })

  it('is made once, for its owner alone, also when several hubs start at the same time', async () => {
    const dataDir = join(await mkdtemp(join(tmpdir(), 'parley-secret-')), 'data')
    const secrets = await Promise.all(Array.from({ length: 8 }, () => loadSecret({ dataDir })))
    expect(new Set(secrets).size).toBe(1)
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(await loadSecret({ dataDir })).toBe(secrets[0])
    expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600)
    expect((await readFile(join(dataDir, 'secret'), 'utf8')).trim()).toBe(secrets[0])
    await rm(dataDir, { recursive: true })
  })

  it('is closed to others again when its file was left open, and refused when it was emptied', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-secret-'))
    await writeFile(join(dataDir, 'secret'), 'k'.repeat(40), { mode: 0o644 })
    expect(await loadSecret({ dataDir })).toBe('k'.repeat(40))
    expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600)
    await writeFile(join(dataDir, 'secret'), '')
    await expect(loadSecret({ dataDir })).rejects.toThrow('is shorter than 32 characters')
    await rm(dataDir, { recursive: true })
  })
})
