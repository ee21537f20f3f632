import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cookieOf, type Door, get, openDoor, post, setupInput, signIn, strong, testDatabase } from './support/accounts.ts'
import type { TestDatabase } from './support/postgres.ts'

let database: TestDatabase
let door: Door
let other: Door
let token: string

beforeAll(async () => {
  database = await testDatabase()
  door = await openDoor(database.url)
  other = await openDoor(database.url)
})
afterAll(async () => {
  await Promise.all([door.close(), other.close()])
  await database.drop()
})

describe('the setup of a new hub', () => {
  beforeEach(async () => {
    token ??= (await door.accounts.openSetup())?.token ?? ''
  })

  it('is open to whoever has the link, and to nobody else', async () => {
    expect((await get(door, `/setup/status?token=${token}`)).body).toEqual({ open: true, valid: true })
    expect((await get(door, '/setup/status?token=guessed')).body).toEqual({ open: true, valid: false })
    expect((await get(door, '/setup/status')).body).toEqual({ open: true, valid: false })
    expect((await get(other, `/setup/status?token=${token}`)).body).toEqual({ open: true, valid: false })
    expect(await post(door, '/setup', setupInput('guessed'))).toMatchObject({ status: 410, body: { code: 'link_used' } })
  })

  it('has a link with 256 bits of chance at the address of the hub, whatever Host a request names', async () => {
    const link = await door.accounts.openSetup()
    expect(link?.url).toBe(`${door.url}/setup?token=${link?.token}`)
    expect(Buffer.from(link?.token ?? '', 'base64url')).toHaveLength(32)
  })

  it.each([
    ['company', { company: '  ' }, 'required'],
    ['company', { company: 'x'.repeat(121) }, 'too_long'],
    ['slug', { slug: 'Not a slug' }, 'bad_slug'],
    ['slug', { slug: 'a' }, 'bad_slug'],
    ['slug', { slug: '-edge-' }, 'bad_slug'],
    ['language', { language: 'tlh' }, 'invalid'],
    ['name', { name: '' }, 'required'],
    ['email', { email: 'ada at nordwind' }, 'bad_email'],
    ['email', { email: `${'a'.repeat(250)}@nordwind.example` }, 'too_long'],
    ['password', { password: 'short' }, 'weak_password'],
    ['password', { password: 'nordwind books 1' }, 'weak_password'],
    ['password', { password: 'x'.repeat(1025) }, 'too_long'],
    ['company', { company: 17 }, 'invalid'],
    ['name', { name: 'Ada\0Admin' }, 'invalid'],
  ])('names the field %s and the remedy when it is refused: %j', async (field, wrong, code) => {
    const answer = await post(door, '/setup', setupInput(token, wrong))
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ code, field, message: expect.any(String), remedy: expect.any(String) })
    expect((await get(door, `/setup/status?token=${token}`)).body).toEqual({ open: true, valid: true })
  })

  it('speaks the language of the reader', async () => {
    const words = await Promise.all(
      ['en', 'pt-BR', 'ru', 'es'].map(
        async (language) => (await post(door, '/setup', setupInput(token, { slug: '!' }), { 'accept-language': language })).body?.message,
      ),
    )
    expect(new Set(words).size).toBe(4)
  })

  it('makes one workspace when two people use their links at the same moment, and signs that one in', async () => {
    const mine = (await other.accounts.openSetup())?.token ?? ''
    const answers = await Promise.all([
      post(door, '/setup', setupInput(token)),
      post(other, '/setup', setupInput(mine, { slug: 'second', email: 'bo@nordwind.example' })),
      post(door, '/setup', setupInput(token, { slug: 'third', email: 'cy@nordwind.example' })),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const [first] = answers.filter(({ status }) => status === 200)
    const workspaces = await door.database.sql<{ slug: string }[]>`select slug from workspaces`
    expect(workspaces.map(({ slug }) => slug)).toEqual([first?.body?.workspace])
    expect(await door.database.sql`select from account_users`).toHaveLength(1)
    const signedIn = await get(door, '/auth/get-session', { cookie: first ? cookieOf(first) : '' })
    expect(signedIn.body).toMatchObject({ user: { name: 'Ada Admin' } })
  })

  it('is closed for good afterwards', async () => {
    expect(await door.accounts.openSetup()).toBeNull()
    expect((await get(door, `/setup/status?token=${token}`)).body).toEqual({ open: false, valid: false })
    expect(await post(door, '/setup', setupInput(token))).toMatchObject({ status: 409, body: { code: 'setup_done' } })
  })

  it('leaves an admin who can sign in and act in the workspace, and passwords only as argon2id', async () => {
    const [user] = await door.database.sql<{ id: string; email: string }[]>`select id, email from account_users`
    const answer = await signIn(door, user?.email.toUpperCase() ?? '', strong)
    expect(answer.status).toBe(200)
    const [workspace] = await door.accounts.members.workspacesOf(user?.id ?? '')
    expect(await door.accounts.members.operatorActor(user?.id ?? '', workspace?.slug ?? '', 'ru')).toMatchObject({
      kind: 'operator',
      role: 'admin',
      workspaceId: workspace?.id,
      language: 'ru',
      supervisedIds: null,
    })
    const [credential] = await door.database.sql<{ password: string }[]>`select password from account_credentials`
    expect(credential?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })
})
