import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cookieOf, type Door, get, openDoor, post, settle, signIn, strong, testDatabase, workspaceId } from './support/accounts.ts'
import type { TestDatabase } from './support/postgres.ts'

let database: TestDatabase
let door: Door
let other: Door
let cookie: string
let sessionId: string
let userId: string
const email = 'ada@nordwind.example'

beforeAll(async () => {
  database = await testDatabase()
  door = await openDoor(database.url)
  other = await openDoor(database.url)
  await settle(door)
})
afterAll(async () => {
  await Promise.all([door.close(), other.close()])
  await database.drop()
})
beforeEach(async () => {
  cookie = cookieOf(await signIn(door, email, strong))
  const session = await door.accounts.sessions.of(cookie)
  sessionId = session?.sessionId ?? ''
  userId = session?.userId ?? ''
  await other.accounts.sessions.of(cookie)
})

/** What the other hub hears of ended sessions from now on. */
function hearing(): string[] {
  const heard: string[] = []
  other.accounts.sessions.onRevoked(({ sessionIds }) => heard.push(...sessionIds))
  return heard
}
const ends = (ended: string) => expect.poll(() => other.accounts.sessions.of(ended), { timeout: 1_000, interval: 20 }).toBeNull()
const row = async () =>
  (
    await door.database.sql<{ left: number; age: number }[]>`
  select extract(epoch from expires_at - now())::int as left, extract(epoch from now() - updated_at)::int as age from account_sessions where id = ${sessionId}`
  )[0]

describe('a session', () => {
  it('says who is signed in, and nothing that opens the session', async () => {
    expect(await other.accounts.sessions.of(new Headers({ cookie: `other=1; ${cookie}` }))).toEqual({
      sessionId,
      userId,
      name: 'Ada Admin',
      email,
      language: 'en',
    })
    const answer = await get(door, '/auth/get-session', { cookie })
    expect(answer.body).toEqual({ session: { id: sessionId, userId }, user: { id: userId, name: 'Ada Admin', email, language: 'en' } })
    expect((await get(door, '/auth/get-session')).text).toBe('null')
  })

  it('is not opened by a cookie this hub did not sign', async () => {
    const [name, value = ''] = cookie.split('=')
    const [token, signature] = decodeURIComponent(value).split('.')
    const forged = [
      token,
      `${token}.`,
      `${token}.${signature?.slice(0, -4)}AAA=`,
      `${token}x.${signature}`,
      `.${signature}`,
      '%E0%A4%A',
      `${token}.${'A'.repeat(9_000)}`,
    ]
    for (const each of forged) expect(await door.accounts.sessions.of(`${name}=${each}`)).toBeNull()
    const stranger = await openDoor(database.url, { secret: 't'.repeat(40) })
    expect(await stranger.accounts.sessions.of(cookie)).toBeNull()
    await stranger.close()
  })

  it('ends on every hub when the person signs out, and clears the cookie', async () => {
    const heard = hearing()
    const answer = await post(door, '/auth/sign-out', {}, { cookie })
    expect(answer).toMatchObject({ status: 200, body: {} })
    expect(answer.cookies.find((each) => each.startsWith('parley.session_token='))).toMatch(
      /^parley\.session_token=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(await door.accounts.sessions.of(cookie)).toBeNull()
    await ends(cookie)
    expect(heard).toEqual([sessionId])
    expect((await post(door, '/auth/sign-out', {}, { cookie })).status).toBe(200)
  })

  it('ends on every hub when it is revoked from the list, alone', async () => {
    const kept = cookieOf(await signIn(door, email, strong))
    const heard = hearing()
    expect(await door.accounts.sessions.revokeSession(userId, sessionId)).toBe(true)
    await ends(cookie)
    await expect.poll(() => heard, { timeout: 1_000 }).toEqual([sessionId])
    expect(await other.accounts.sessions.of(kept)).not.toBeNull()
    expect(await door.accounts.sessions.revokeSession(userId, sessionId)).toBe(false)
  })

  it("is nobody else's to revoke", async () => {
    expect(await door.accounts.sessions.revokeSession('someone-else', sessionId)).toBe(false)
    for (const wrong of ['', '\0', '%', "' or 1=1"]) expect(await door.accounts.sessions.revokeSession(userId, wrong)).toBe(false)
    expect(await door.accounts.sessions.of(cookie)).not.toBeNull()
  })

  it('ends together with all others but the one kept', async () => {
    const kept = cookieOf(await signIn(door, email, strong))
    await door.accounts.sessions.revokeAll(userId, (await door.accounts.sessions.of(kept))?.sessionId)
    await ends(cookie)
    expect(await other.accounts.sessions.of(kept)).not.toBeNull()
    expect(await door.accounts.sessions.listSessions(userId)).toHaveLength(1)
  })

  it('ends when the operator loses his access', async () => {
    await door.accounts.withdraw(await workspaceId(door), userId)
    await ends(cookie)
  })

  it('is never remembered by a question asked before its end', async () => {
    for (let n = 0; n < 20; n++) {
      const each = cookieOf(await signIn(door, email, strong))
      const listed = await door.accounts.sessions.listSessions(userId)
      await Promise.all([
        other.accounts.sessions.of(each),
        other.accounts.sessions.revokeSession(userId, listed[0]?.id ?? ''),
        other.accounts.sessions.of(each),
      ])
      expect(await other.accounts.sessions.of(each)).toBeNull()
    }
  })

  it('ends within a second even where the news of it got lost', async () => {
    await door.database.sql`delete from account_sessions where id = ${sessionId}`
    await expect.poll(() => other.accounts.sessions.of(cookie), { timeout: 2_000, interval: 50 }).toBeNull()
  })

  it('that a socket lives on is told to have ended even where the news of it got lost', async () => {
    const heard = hearing()
    const release = other.accounts.sessions.hold(sessionId)
    await door.database.sql`update account_sessions set expires_at = now() - interval '1 second' where id = ${sessionId}`
    await expect.poll(() => heard, { timeout: 10_000 }).toContain(sessionId)
    release()
  })

  it('lives 12 hours without a request, and a request renews that', async () => {
    expect((await row())?.left).toBeGreaterThan(12 * 3600 - 60)
    expect((await row())?.left).toBeLessThanOrEqual(12 * 3600)
    await door.database
      .sql`update account_sessions set updated_at = now() - interval '2 minutes', expires_at = now() + interval '1 minute' where id = ${sessionId}`
    const fresh = await openDoor(database.url)
    expect(await fresh.accounts.sessions.of(cookie)).not.toBeNull()
    expect((await row())?.left).toBeGreaterThan(12 * 3600 - 60)
    expect((await row())?.age).toBeLessThan(60)
    await fresh.close()
  })

  it('is over when 12 hours have passed', async () => {
    await door.database.sql`update account_sessions set expires_at = now() - interval '1 second' where id = ${sessionId}`
    const fresh = await openDoor(database.url)
    expect(await fresh.accounts.sessions.of(cookie)).toBeNull()
    expect((await get(fresh, '/auth/get-session', { cookie })).body).toBeNull()
    await fresh.close()
  })

  it('is over after 7 days, however busy', async () => {
    const fresh = await openDoor(database.url)
    await door.database
      .sql`update account_sessions set created_at = now() - interval '7 days' + interval '1 hour', updated_at = now() - interval '2 minutes' where id = ${sessionId}`
    expect(await fresh.accounts.sessions.of(cookie)).not.toBeNull()
    expect((await row())?.left).toBeLessThanOrEqual(3600)
    await fresh.close()
    const later = await openDoor(database.url)
    await door.database
      .sql`update account_sessions set created_at = now() - interval '7 days', expires_at = now() + interval '1 hour' where id = ${sessionId}`
    expect(await later.accounts.sessions.of(cookie)).toBeNull()
    await later.close()
  })

  it('is listed with device and address', async () => {
    const answer = await signIn(door, email, strong, { 'user-agent': 'Firefox on Linux' })
    const listed = await door.accounts.sessions.listSessions(userId)
    const { sessionId: id } = (await door.accounts.sessions.of(cookieOf(answer))) ?? {}
    expect(listed[0]).toEqual({
      id,
      createdAt: expect.any(Date),
      lastSeenAt: expect.any(Date),
      userAgent: 'Firefox on Linux',
      ip: '127.0.0.1',
    })
  })
})

describe('changing the password', () => {
  const next = 'amber-lantern-orchard-7'

  it('needs a session, the present password and a strong new one', async () => {
    const change = (currentPassword: string, newPassword: string, headers = { cookie }) =>
      post(door, '/auth/change-password', { currentPassword, newPassword }, headers)
    expect(await change(strong, next, { cookie: '' })).toMatchObject({ status: 401, body: { code: 'signed_out' } })
    expect(await change('not-the-present-one', next)).toMatchObject({
      status: 401,
      body: { code: 'bad_credentials', field: 'currentPassword' },
    })
    expect(await change(strong, 'ada admin 1234')).toMatchObject({ status: 400, body: { code: 'weak_password', field: 'newPassword' } })
    expect(await change(strong, 'x'.repeat(2_000))).toMatchObject({ status: 400, body: { code: 'too_long', field: 'newPassword' } })
    expect(await door.accounts.sessions.of(cookie)).not.toBeNull()
  })

  it('ends every session on every hub, and goes on with a new one', async () => {
    const second = cookieOf(await signIn(other, email, strong))
    const heard = hearing()
    const answer = await post(door, '/auth/change-password', { currentPassword: strong, newPassword: next }, { cookie })
    expect(answer).toMatchObject({ status: 200, body: {} })
    await ends(cookie)
    await ends(second)
    expect(heard).toContain(sessionId)
    expect(await other.accounts.sessions.of(cookieOf(answer))).toMatchObject({ userId })
    expect((await signIn(door, email, strong)).status).toBe(401)
    expect((await signIn(door, email, next)).status).toBe(200)
    await post(door, '/auth/change-password', { currentPassword: next, newPassword: strong }, { cookie: cookieOf(answer) })
  })

  it('cannot be tried without end', async () => {
    const tries = await Promise.all(
      Array.from({ length: 30 }, () =>
        post(door, '/auth/change-password', { currentPassword: 'guessing-on-and-on', newPassword: next }, { cookie }),
      ),
    )
    expect(tries.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(10)
    expect(tries.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(20)
  })
})
