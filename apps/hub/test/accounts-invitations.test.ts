import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foundWorkspace } from '../src/domain/workspace.ts'
import { systemOf } from '../src/work.ts'
import { cookieOf, type Door, get, openDoor, post, settle, signIn, someone, strong, testDatabase, workspaceId } from './support/accounts.ts'
import type { TestDatabase } from './support/postgres.ts'

let database: TestDatabase
let door: Door
let home: string

beforeAll(async () => {
  database = await testDatabase()
  door = await openDoor(database.url)
  await settle(door)
  home = await workspaceId(door)
})
afterAll(async () => {
  await door.close()
  await database.drop()
})

/** An operator without an account, and the link for him. */
async function invited(email = someone(), workspace = home): Promise<{ operatorId: string; email: string; token: string; url: string }> {
  const operatorId = uuidv7()
  const link = await door.works.work(systemOf(workspace), async (work) => {
    await work.sql`insert into operators (workspace_id, id, name, email, role) values (${workspace}, ${operatorId}, 'Bo Barnes', ${email}, 'operator')`
    return door.accounts.invite(work, operatorId)
  })
  return { operatorId, email, ...link }
}
const operatorOf = async (operatorId: string, workspace = home) =>
  (
    await door.works.read(
      systemOf(workspace),
      ({ sql }) => sql`select name, user_id from operators where workspace_id = ${workspace} and id = ${operatorId}`,
    )
  )[0]

describe('an invitation', () => {
  it('tells its holder who is invited where', async () => {
    const { token, url, email } = await invited()
    expect(url).toBe(`${door.url}/invite?token=${token}`)
    expect((await get(door, `/invite/status?token=${token}`, { host: 'evil.example' })).body).toEqual({
      valid: true,
      workspace: 'Nordwind Books',
      name: 'Bo Barnes',
      email,
      hasAccount: false,
    })
  })

  it('gives the operator an account, signs him in and makes him act', async () => {
    const { token, email, operatorId } = await invited()
    const answer = await post(door, '/invite', { token, password: strong, name: 'Bo B.' }, { 'accept-language': 'pt-BR' })
    expect(answer).toMatchObject({ status: 200, body: { workspace: 'nordwind' } })
    const session = await door.accounts.sessions.of(cookieOf(answer))
    expect(session).toMatchObject({ name: 'Bo B.', email, language: 'pt-BR' })
    expect(await door.accounts.members.operatorActor(session?.userId ?? '', 'nordwind', 'en')).toMatchObject({
      operatorId,
      role: 'operator',
    })
    expect((await signIn(door, email, strong)).status).toBe(200)
  })

  it('works once, also for two people at the same moment', async () => {
    const { token } = await invited()
    const answers = await Promise.all([1, 2, 3].map((n) => post(door, '/invite', { token, password: `${strong}-${n}` })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410])
    expect((await get(door, `/invite/status?token=${token}`)).body).toMatchObject({ valid: false, email: '' })
    expect(await post(door, '/invite', { token, password: strong })).toMatchObject({ status: 410, body: { code: 'link_used' } })
  })

  it('is told to the feed once it was accepted', async () => {
    const { token, operatorId } = await invited()
    await post(door, '/invite', { token, password: strong })
    const events = await door.works.read(
      systemOf(home),
      ({ sql }) => sql`select type from events where workspace_id = ${home} and subject_id = ${operatorId}`,
    )
    expect(events.map(({ type }) => type)).toEqual(['operator.changed'])
  })

  it("ends after 7 days, with a newer one, and with the operator's access", async () => {
    const old = await invited()
    await door.works.work(
      systemOf(home),
      ({ sql }) => sql`update invitations set expires_at = now() where workspace_id = ${home} and operator_id = ${old.operatorId}`,
    )
    const replaced = await invited()
    await door.works.work(systemOf(home), (work) => door.accounts.invite(work, replaced.operatorId))
    const withdrawn = await invited()
    await door.works.work(
      systemOf(home),
      ({ sql }) => sql`update operators set active = false where workspace_id = ${home} and id = ${withdrawn.operatorId}`,
    )
    for (const { token } of [old, replaced, withdrawn]) {
      expect((await get(door, `/invite/status?token=${token}`)).body).toMatchObject({ valid: false })
      expect((await post(door, '/invite', { token, password: strong })).status).toBe(410)
    }
  })

  it('asks for the password of an account that exists, and links it then', async () => {
    const first = await invited()
    await post(door, '/invite', { token: first.token, password: strong, name: 'Cleo' })
    const branch = uuidv7()
    const admin =
      (await door.database.sql<{ id: string }[]>`select id from account_users where email = 'ada@nordwind.example'`)[0]?.id ?? ''
    await door.works.work(systemOf(branch), (work) =>
      foundWorkspace(work, {
        company: 'Branch',
        slug: 'branch',
        language: 'es',
        admin: { userId: admin, name: 'Ada', email: 'ada@nordwind.example' },
      }),
    )
    const { token, operatorId } = await invited(first.email.toUpperCase(), branch)
    expect((await get(door, `/invite/status?token=${token}`)).body).toMatchObject({ hasAccount: true, workspace: 'Branch' })
    expect(await post(door, '/invite', { token, password: 'a-password-of-the-inviter' })).toMatchObject({
      status: 401,
      body: { code: 'bad_credentials', field: 'password' },
    })
    expect(await operatorOf(operatorId, branch)).toMatchObject({ user_id: null })
    const answer = await post(door, '/invite', { token, password: strong })
    expect(answer).toMatchObject({ status: 200, body: { workspace: 'branch' } })
    const { userId = '' } = (await door.accounts.sessions.of(cookieOf(answer))) ?? {}
    expect((await door.accounts.members.workspacesOf(userId)).map(({ slug, role }) => [slug, role])).toEqual([
      ['branch', 'operator'],
      ['nordwind', 'operator'],
    ])
  })

  it('cannot be used to guess the password of an account', async () => {
    const first = await invited()
    await post(door, '/invite', { token: first.token, password: strong })
    await door.works.work(
      systemOf(home),
      ({ sql }) => sql`update operators set user_id = null where workspace_id = ${home} and id = ${first.operatorId}`,
    )
    const { token } = await door.works.work(systemOf(home), (work) => door.accounts.invite(work, first.operatorId))
    const tries = await Promise.all(Array.from({ length: 30 }, () => post(door, '/invite', { token, password: 'guessing-on-and-on' })))
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(10)
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(20)
  })

  it.each(['', 'x', '.', `${'A'.repeat(22)}.${'A'.repeat(43)}`, `${'/'.repeat(22)}.${'A'.repeat(43)}`, `' or 1=1 --`, 'x'.repeat(5_000)])(
    'is not guessed with %j',
    async (token) => {
      expect((await get(door, `/invite/status?token=${encodeURIComponent(token)}`)).body).toEqual({
        valid: false,
        workspace: '',
        name: '',
        email: '',
        hasAccount: false,
      })
      expect((await post(door, '/invite', { token, password: strong })).status).toBe(410)
    },
  )

  it('of one workspace opens no other', async () => {
    const { token } = await invited()
    const elsewhere = `${Buffer.from(uuidv7().replaceAll('-', ''), 'hex').toString('base64url')}.${token.split('.')[1]}`
    expect((await get(door, `/invite/status?token=${elsewhere}`)).body).toMatchObject({ valid: false })
  })

  it('refuses a weak password and a name that is too long, and stays open', async () => {
    const { token, email } = await invited()
    expect(await post(door, '/invite', { token, password: `${email.split('@')[0]}1` })).toMatchObject({
      status: 400,
      body: { code: 'weak_password', field: 'password' },
    })
    expect(await post(door, '/invite', { token, password: strong, name: 'x'.repeat(121) })).toMatchObject({
      status: 400,
      body: { code: 'too_long', field: 'name' },
    })
    expect((await get(door, `/invite/status?token=${token}`)).body).toMatchObject({ valid: true })
  })

  it('is not made for someone who has an account, nor for an e-mail nobody can sign in with', async () => {
    const { token, operatorId } = await invited()
    await post(door, '/invite', { token, password: strong })
    await expect(door.works.work(systemOf(home), (work) => door.accounts.invite(work, operatorId))).rejects.toMatchObject({
      code: 'already_member',
    })
    await expect(invited('no mail')).rejects.toMatchObject({ code: 'bad_email' })
    await expect(door.works.work(systemOf(home), (work) => door.accounts.invite(work, uuidv7()))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('keeps its token out of the database and the log', async () => {
    const { token } = await invited()
    const rows = await door.works.read(systemOf(home), ({ sql }) => sql`select token_hash from invitations`)
    expect(JSON.stringify(rows) + door.logged.join('')).not.toContain(token.split('.')[1])
  })
})
