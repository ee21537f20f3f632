import type { Role } from '@parley/schema/vocabulary'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemOf } from '../src/work.ts'
import { type Door, openDoor, settle, someone, testDatabase, workspaceId } from './support/accounts.ts'
import type { TestDatabase } from './support/postgres.ts'

let database: TestDatabase
let door: Door
let other: Door
let home: string

beforeAll(async () => {
  database = await testDatabase()
  door = await openDoor(database.url)
  other = await openDoor(database.url)
  await settle(door)
  home = await workspaceId(door)
})
afterAll(async () => {
  await Promise.all([door.close(), other.close()])
  await database.drop()
})

const work = <T>(body: Parameters<typeof door.works.work<ReturnType<typeof systemOf>, T>>[1]) => door.works.work(systemOf(home), body)

async function operator(role: Role, groups: { id: string; supervises: boolean }[] = []): Promise<{ userId: string; operatorId: string }> {
  const [userId, operatorId, email] = [uuidv7(), uuidv7(), someone()]
  await door.database.sql`insert into account_users (id, name, email) values (${userId}, 'Olga', ${email})`
  await work(async ({ sql }) => {
    await sql`insert into operators (workspace_id, id, user_id, name, email, role) values (${home}, ${operatorId}, ${userId}, 'Olga', ${email}, ${role})`
    for (const { id, supervises } of groups)
      await sql`insert into group_members (workspace_id, group_id, operator_id, supervises) values (${home}, ${id}, ${operatorId}, ${supervises})`
  })
  return { userId, operatorId }
}
async function group(): Promise<string> {
  const id = uuidv7()
  await work(({ sql }) => sql`insert into groups (workspace_id, id, name) values (${home}, ${id}, ${id})`)
  return id
}
const actor = (userId: string, slug = 'nordwind', at = door) => at.accounts.members.operatorActor(userId, slug, 'es')
const deactivate = (operatorId: string) =>
  work(({ sql }) => sql`update operators set active = false where workspace_id = ${home} and id = ${operatorId}`)

describe('an operator as actor', () => {
  it('knows workspace, role, groups and language', async () => {
    const [a, b] = [await group(), await group()]
    const { userId, operatorId } = await operator('operator', [
      { id: a, supervises: false },
      { id: b, supervises: false },
    ])
    expect(await actor(userId)).toEqual({
      kind: 'operator',
      workspaceId: home,
      operatorId,
      userId,
      role: 'operator',
      groupIds: new Set([a, b]),
      supervisedIds: null,
      language: 'es',
    })
  })

  it('is a supervisor of everything, unless he supervises certain groups', async () => {
    const [a, b] = [await group(), await group()]
    const free = await operator('supervisor', [{ id: a, supervises: false }])
    const limited = await operator('supervisor', [
      { id: a, supervises: true },
      { id: b, supervises: false },
    ])
    expect((await actor(free.userId))?.supervisedIds).toBeNull()
    expect(await actor(limited.userId)).toMatchObject({ supervisedIds: new Set([a]), groupIds: new Set([a, b]) })
  })

  it('does not exist for strangers, in unknown workspaces, or without access', async () => {
    const { userId, operatorId } = await operator('admin')
    expect(await actor(uuidv7())).toBeNull()
    for (const slug of ['unknown', '', '\0', "' or 1=1", 'x'.repeat(5_000)]) expect(await actor(userId, slug)).toBeNull()
    await deactivate(operatorId)
    expect(await actor(userId)).toBeNull()
    expect(await door.accounts.members.workspacesOf(userId)).toEqual([])
  })

  it('is gone on every hub as soon as it is said, and within a second otherwise', async () => {
    const told = await operator('admin')
    const untold = await operator('admin')
    for (const at of [door, other])
      expect([await actor(told.userId, 'nordwind', at), await actor(untold.userId, 'nordwind', at)]).not.toContain(null)
    const heard: string[] = []
    other.accounts.members.onForgotten((id) => heard.push(id))
    await deactivate(told.operatorId)
    door.accounts.members.forgetMember(home)
    expect(await actor(told.userId)).toBeNull()
    await expect.poll(() => heard, { timeout: 1_000, interval: 20 }).toContain(home)
    expect(await actor(told.userId, 'nordwind', other)).toBeNull()
    await actor(untold.userId)
    await deactivate(untold.operatorId)
    await expect.poll(() => actor(untold.userId), { timeout: 2_000, interval: 50 }).toBeNull()
  })

  it('is never remembered by a question asked before a change', async () => {
    for (let n = 0; n < 10; n++) {
      const { userId, operatorId } = await operator('admin')
      const change = async () => {
        await deactivate(operatorId)
        door.accounts.members.forgetMember(home)
      }
      await Promise.all([actor(userId), change(), actor(userId)])
      expect(await actor(userId)).toBeNull()
    }
  })

  it('appears at once for someone who was just made one', async () => {
    const { userId, operatorId } = await operator('operator')
    await deactivate(operatorId)
    expect(await actor(userId)).toBeNull()
    await work(({ sql }) => sql`update operators set active = true where workspace_id = ${home} and id = ${operatorId}`)
    door.accounts.members.forgetMember(home)
    expect(await actor(userId)).toMatchObject({ operatorId })
  })
})
