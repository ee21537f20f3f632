import { describe, expect, it } from 'vitest'
import { clientAddresses, subscriberOf } from '../src/accounts/address.ts'
import { originsOf } from '../src/accounts/origins.ts'
import { ensureStrong, hashPassword, passwordFits } from '../src/accounts/passwords.ts'

const about = ['Ada Lovelace', 'ada.lovelace@nordwind.example', 'Nordwind Books']
const judged = (password: string) =>
  ensureStrong(password, about).then(
    () => 'strong',
    (error: { code: string }) => error.code,
  )

describe('a password', () => {
  it.each([
    'short',
    'elevenchars',
    'password1234',
    'P4ssw0rd!P4ssw0rd!',
    'passwordpassword',
    'qwertyuiop123',
    'qwertyuiopasdfgh',
    '123456789012',
    '000000000000',
    'aaaaaaaaaaaaaaaa',
    '1q2w3e4r5t6y',
    '1qaz2wsx3edc',
    'parley-admin-2024',
    'welcome to parley',
    'lovelace-nordwind',
    'AdaLovelace1815',
    'ada.lovelace@nordwind.example',
    'nordwindbooks!!',
    'abcdefghijklmnop',
    'zyxwvutsrqponmlk',
    'iloveyousunshine',
    'dragonmonkey99',
    'йцукенгшщзхъ',
    'пароль123456',
    'senha-senha-senha',
    'Contraseña2024',
    '            ',
    'abcabcabcabcabc',
  ])('that is easy to guess is refused: %j', async (password) => {
    expect(await judged(password)).toBe('weak_password')
  })

  it.each([
    strongest(),
    'violet-otter-crossing-42',
    'correct horse battery staple',
    'Мой кот любит рыбу',
    'o rato roeu a roupa do rei',
    'tr0ub4dor&3-elephants',
    'x7$kQ9!mZ2@p',
    '🦊🐙🌵🍋🎈🪐🧭🛶🎻🪁🧊🗝',
  ])('may be made of any characters: %j', async (password) => {
    expect(await judged(password)).toBe('strong')
    expect(await passwordFits(await hashPassword(password), password)).toBe(true)
  })

  it('has at most 1,024 bytes', async () => {
    expect(await judged('й'.repeat(513))).toBe('too_long')
    expect(await judged('x'.repeat(10_000_000))).toBe('too_long')
  })

  it('fits its own hash only, and no hash that cannot be read', async () => {
    const hashed = await hashPassword('violet-otter-crossing-42')
    expect(await passwordFits(hashed, 'violet-otter-crossing-43')).toBe(false)
    expect(await passwordFits('not a hash', 'violet-otter-crossing-42')).toBe(false)
  })

  it('waits its turn when many are hashed at once, and is refused when too many wait', async () => {
    const all = await Promise.allSettled(Array.from({ length: 220 }, () => hashPassword('violet-otter-crossing-42')))
    const refused = all.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))
    expect(refused).toEqual(Array(18).fill('unavailable'))
  }, 60_000)
})

describe('the address of a client', () => {
  it.each([
    [[], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    [[], '::ffff:203.0.113.9', null, '203.0.113.9'],
    [['10.0.0.0/8'], '10.0.0.2', '198.51.100.1', '198.51.100.1'],
    [['10.0.0.0/8'], '::ffff:10.0.0.2', '6.6.6.6, 198.51.100.1, 10.0.0.7', '198.51.100.1'],
    [['10.0.0.0/8'], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    [['10.0.0.0/8'], '10.0.0.2', 'nonsense', '10.0.0.2'],
    [['10.0.0.0/8', '::1'], '::1', '2001:db8::7', '2001:db8::7'],
    [[], undefined, '198.51.100.1', 'unknown'],
  ])('behind %j, from %s with X-Forwarded-For %s, is %s', (proxies, socket, forwarded, expected) => {
    expect(clientAddresses(proxies)(socket, forwarded)).toBe(expected)
  })

  it('counts a whole /64 of IPv6 as one subscriber', () => {
    expect(subscriberOf('203.0.113.9')).toBe('203.0.113.9')
    expect(subscriberOf('2001:db8:1:2:aaaa::1')).toBe(subscriberOf('2001:0DB8:1:2::ffff'))
    expect(subscriberOf('2001:db8:1:3::1')).not.toBe(subscriberOf('2001:db8:1:2::1'))
    expect(subscriberOf('::1')).toBe('0:0:0:0')
    expect(subscriberOf('fe80::1%eth0')).toBe('fe80:0:0:0')
  })
})

describe("the hub's own origin", () => {
  it.each([
    'https://chat.nordwind.example.evil.example',
    'https://evilchat.nordwind.example',
    'http://chat.nordwind.example',
    'https://chat.nordwind.example:8443',
    'https://chat.nordwind.example/',
    'https://CHAT.nordwind.example',
    'https://chat.nordwind.example@evil.example',
    'https://chat.nordwınd.example',
    'https://xn--chat.nordwind.example',
    'null',
    '',
    null,
    undefined,
    'chat.nordwind.example',
    'https://*.nordwind.example',
    'file://',
    'http://localhost',
  ])('is not %j', (origin) => {
    expect(originsOf('https://chat.nordwind.example').isOwn(origin)).toBe(false)
  })

  it('is that of PUBLIC_URL', () => {
    expect(originsOf('https://chat.nordwind.example/').isOwn('https://chat.nordwind.example')).toBe(true)
    expect(originsOf('http://localhost:4000').isOwn('http://127.0.0.1:4000')).toBe(true)
    expect(originsOf('http://localhost:4000').isOwn('http://127.0.0.1:4001')).toBe(false)
    expect(originsOf('http://192.0.2.1:4000').isOwn('http://localhost:4000')).toBe(false)
  })
})

function strongest(): string {
  return 'kJ8#vQ2!nL5@wR9$xT4%'
}
