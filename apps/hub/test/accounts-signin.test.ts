import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAccounts } from '../src/accounts/index.ts'
import { foundWorkspace } from '../src/domain/workspace.ts'
import { createLog } from '../src/log.ts'
import { cookieOf, type Door, get, openDoor, post, settle, signIn, strong, testDatabase } from './support/accounts.ts'
import type { TestDatabase } from './support/postgres.ts'

let database: TestDatabase
let door: Door
const email = 'ada@nordwind.example'
const wrong = 'certainly-not-this-one'

beforeAll(async () => {
  database = await testDatabase()
  door = await openDoor(database.url, { trustedProxies: ['127.0.0.1'] })
  await settle(door)
})
afterAll(async () => {
  await door.close()
  await database.drop()
})

/** The door trusts this machine as a proxy, so each test may come from an address of its own. */
const from = (address: string) => ({ 'x-forwarded-for': address })
const countedFor = async () =>
  Number(
    (await door.database.sql`select coalesce(sum(count), 0) as tries from account_rate_limits where key like 'sign-in:pair:%'`)[0]?.tries,
  )

describe('signing in', () => {
  it('gives a cookie that scripts cannot read, and the token nowhere else', async () => {
    const answer = await signIn(door, email, strong)
    expect(answer.body).toEqual({ user: { id: expect.any(String), name: 'Ada Admin', email, language: 'en' } })
    expect(answer.cookies).toHaveLength(1)
    expect(answer.cookies[0]).toMatch(/^parley\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/)
    const token = decodeURIComponent(cookieOf(answer)).split('=')[1]?.split('.')[0] ?? ''
    expect(token.length).toBeGreaterThanOrEqual(32)
    expect(answer.text + door.logged.join('')).not.toContain(token)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('keeps the cookie only while the browser is open when the person does not want to be remembered', async () => {
    const answer = await post(door, '/auth/sign-in/email', { email, password: strong, rememberMe: false })
    expect(answer.cookies.find((cookie) => cookie.startsWith('parley.session_token='))).not.toContain('Max-Age')
  })

  it('uses a __Host- cookie that travels over https only when the hub is at https', async () => {
    const secure = await openDoor(database.url, { publicUrl: 'https://chat.nordwind.example' })
    const answer = await signIn(secure, email, strong, { origin: 'https://chat.nordwind.example' })
    expect(answer.cookies[0]).toMatch(/^__Host-parley\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect((await get(secure, '/auth/get-session', { cookie: cookieOf(answer) })).body).toMatchObject({ user: { email } })
    await secure.close()
  })

  it('answers a wrong password and an unknown e-mail alike', async () => {
    const known = await signIn(door, email, wrong)
    const unknown = await signIn(door, 'nobody@nordwind.example', wrong)
    const { date: _1, ...knownHeaders } = Object.fromEntries(known.headers)
    const { date: _2, ...unknownHeaders } = Object.fromEntries(unknown.headers)
    expect(known).toMatchObject({ status: 401, body: { code: 'bad_credentials' }, cookies: [] })
    expect([unknown.status, unknown.text, unknownHeaders]).toEqual([known.status, known.text, knownHeaders])
  })

  it('asks the database as much for an unknown e-mail as for a known one', async () => {
    const asked: string[] = []
    const sql = postgres(database.url, { max: 1, debug: (_connection, query) => void asked.push(query) })
    const counting = { sql, db: drizzle(sql), close: () => sql.end() }
    const accounts = openAccounts({
      ...door,
      database: counting,
      log: createLog('silent'),
      publicUrl: door.url,
      secret: 's'.repeat(40),
      found: foundWorkspace,
    })
    const questions = async (address: string) => {
      asked.length = 0
      await expect(
        accounts.signIn({ email: address, password: wrong }, { address: '203.0.113.77', userAgent: '', cookie: '' }),
      ).rejects.toMatchObject({ code: 'bad_credentials' })
      return asked.filter((query) => /account_users|account_credentials/.test(query)).length
    }
    expect([await questions(email), await questions('nobody-either@nordwind.example')]).toEqual([2, 2])
    accounts.close()
    await sql.end()
  })

  it('counts at most ten wrong passwords for one account from one place, however many come at once', async () => {
    await door.database.sql`delete from account_rate_limits`
    const answers = await Promise.all(Array.from({ length: 500 }, () => signIn(door, email, wrong, from('203.0.113.5'))))
    const refused = answers.filter(({ status }) => status === 429)
    expect([answers.filter(({ status }) => status === 401).length, refused.length]).toEqual([10, 490])
    expect(refused[0]).toMatchObject({ body: { code: 'rate_limited', message: expect.any(String) } })
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await countedFor()).toBeLessThanOrEqual(11)
    expect((await signIn(door, email, strong, from('203.0.113.5'))).status).toBe(429)
    expect((await signIn(door, email, strong, from('203.0.113.6'))).status).toBe(200)
  }, 60_000)

  it('shares the count among all hubs of the database', async () => {
    const other = await openDoor(database.url, { trustedProxies: ['127.0.0.1'] })
    expect((await signIn(other, email, strong, from('203.0.113.5'))).status).toBe(429)
    await other.close()
  })

  it('stops one place that guesses at many accounts', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_each, n) => signIn(door, `guess-${n}@nordwind.example`, wrong, from('203.0.113.9'))),
    )
    const stopped = [...Array(60).fill(401), ...Array(40).fill(429)]
    expect(answers.map(({ status }) => status).sort()).toEqual(stopped)
    const subnet = Array.from({ length: 100 }, (_each, n) =>
      signIn(door, `guess-${n}@nordwind.example`, wrong, from(`2001:db8:1:2::${n + 1}`)),
    )
    expect((await Promise.all(subnet)).map(({ status }) => status).sort()).toEqual(stopped)
  }, 60_000)

  it('does not count those who know their password', async () => {
    for (let n = 0; n < 15; n++) expect((await signIn(door, email, strong, from('203.0.113.20'))).status).toBe(200)
  })

  it('does not believe X-Forwarded-For of anyone but a trusted proxy', async () => {
    const plain = await openDoor(database.url)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_each, n) => signIn(plain, 'forwarded@nordwind.example', wrong, from(`203.0.113.${n}`))),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
    await plain.close()
  })

  it('refuses a password of more than 1,024 bytes without hashing it, and a body of more than 64 kB without reading it', async () => {
    const sheet = await signIn(door, email, 'й'.repeat(600))
    expect(sheet).toMatchObject({ status: 400, body: { code: 'too_long', field: 'password' } })
    expect(await signIn(door, email, 'x'.repeat(10_000_000))).toMatchObject({ status: 413, body: { code: 'too_large' } })
    const endless = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(8_192).fill(32)) })
    const streamed = await fetch(`${door.url}/auth/sign-in/email`, {
      method: 'POST',
      body: endless,
      duplex: 'half',
      headers: { origin: door.url, 'content-type': 'application/json' },
    } as RequestInit)
    expect(streamed.status).toBe(413)
  })

  it.each([
    ['another website', { origin: 'https://evil.example' }],
    ['a website whose name begins alike', { origin: 'SELF.evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a request without an origin', { origin: '' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['https instead of http', { origin: 'HTTPS' }],
  ])('refuses %s, also with a live cookie', async (_name, { origin }) => {
    const cookie = cookieOf(await signIn(door, email, strong))
    const named = origin.replace('SELF', door.url).replace('HTTPS', door.url.replace('http:', 'https:'))
    for (const path of ['/auth/sign-in/email', '/auth/sign-out', '/auth/change-password', '/setup', '/invite']) {
      expect(await post(door, path, { email, password: strong }, { cookie, origin: named })).toMatchObject({ status: 403, cookies: [] })
    }
    expect((await get(door, '/auth/get-session', { cookie })).body).not.toBeNull()
  })

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'TEXT/PLAIN', 'application/json-seq', ''])(
    'refuses a form sent as %j',
    async (type) => {
      const answer = await post(door, '/auth/sign-in/email', `email=${email}&password=${strong}`, { 'content-type': type })
      expect(answer).toMatchObject({ status: 415, body: { code: 'json_only' }, cookies: [] })
    },
  )

  it.each([
    '{',
    '[]',
    'null',
    '"text"',
    '{"email":{"$ne":1},"password":"x"}',
    '{"email":"a\\u0000@nordwind.example","password":"x"}',
    `{"__proto__":{"email":"${email}"},"password":"${strong}"}`,
  ])('refuses the body %s in words', async (body) => {
    expect(await post(door, '/auth/sign-in/email', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid', message: expect.any(String) },
    })
  })

  it('says where the hub is to someone who opened it under another address', async () => {
    const named = await openDoor(database.url, { publicUrl: 'https://chat.nordwind.example' })
    expect(await signIn(named, email, strong)).toMatchObject({
      status: 403,
      body: { code: 'wrong_address', message: 'This hub is at https://chat.nordwind.example.' },
    })
    await named.close()
  })

  it('takes all names of this machine for one while the hub is at one of them', async () => {
    const { port } = new URL(door.url)
    expect((await signIn(door, email, strong, { origin: `http://localhost:${port}` })).status).toBe(200)
    expect((await signIn(door, email, strong, { origin: `http://[::1]:${port}` })).status).toBe(200)
  })

  it.each([
    'POST /auth/sign-up/email',
    'POST /auth/update-user',
    'POST /auth/delete-user',
    'POST /auth/request-password-reset',
    'POST /auth/change-email',
    'GET /auth/list-sessions',
    'GET /auth/ok',
    'GET /auth/sign-in/email',
    'GET /auth/error',
  ])('has no %s', async (call) => {
    const [method, path = ''] = call.split(' ')
    const cookie = cookieOf(await signIn(door, email, strong))
    const input = { email: 'new@nordwind.example', name: 'New', password: strong }
    expect(method === 'POST' ? await post(door, path, input, { cookie }) : await get(door, path, { cookie })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
  })

  it('leaves no e-mail, password or hash in the log', () => {
    expect(door.logged.join('')).not.toMatch(/nordwind\.example|violet-otter|certainly-not|\$argon2/)
  })
})
