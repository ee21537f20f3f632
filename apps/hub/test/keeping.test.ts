import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, migrateDatabase, openDatabase } from '../src/db/client.ts'
import { keepUpload } from '../src/domain/file.ts'
import { newId } from '../src/domain/ids.ts'
import { usualLook } from '../src/domain/look-shape.ts'
import { foundWorkspace } from '../src/domain/workspace.ts'
import { openStorage } from '../src/files/open.ts'
import { partialFiles } from '../src/files/partial.ts'
import { keepHouse } from '../src/keeping.ts'
import { createLog } from '../src/log.ts'
import { systemOf, worksOn } from '../src/work.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

let server: TestDatabase
let database: Database
const folder = mkdtempSync(join(tmpdir(), 'parley-keeping-'))

beforeAll(async () => {
  server = await createDatabase(migrateDatabase)
  database = await openDatabase(server.url, { max: 4 })
})
afterAll(async () => {
  await database.close()
  await server.drop()
  rmSync(folder, { recursive: true, force: true })
})

test('bytes that no row of any workspace names and fetches nobody goes on with are taken away, and no others', async () => {
  const works = worksOn(database, { wake: () => {} })
  const storage = await openStorage({ kind: 'disk', dir: folder })
  const put = (text: string) => storage.put(new Blob([text]).stream(), { maxBytes: 1_000 })
  const kept: string[] = []
  for (const slug of ['first', 'second']) {
    const workspaceId = newId()
    const [file, thumbnail] = [await put(`${slug} picture`), await put(`${slug} thumbnail`)]
    await works.work(systemOf(workspaceId), async (work) => {
      await foundWorkspace(work, {
        company: slug,
        slug,
        language: 'en',
        admin: { userId: await person(slug), name: 'Ada', email: `ada@${slug}.example` },
      })
      await keepUpload(work, newId(), { ...file, name: 'a.png', mime: 'image/png', kind: 'image', thumbnailKey: thumbnail.key })
    })
    const avatar = await put(`${slug} avatar`)
    await database.sql.begin(async (tx) => {
      await tx`select set_config('parley.workspace', ${workspaceId}, true)`
      await tx`update operators set avatar_id = ${newId()}, avatar_key = ${avatar.key} where workspace_id = ${workspaceId}`
    })
    const logo = await put(`${slug} logo`)
    // Of a draft that was replaced: no look names it any more.
    const replaced = await put(`${slug} replaced logo`)
    await database.sql.begin(async (tx) => {
      await tx`select set_config('parley.workspace', ${workspaceId}, true)`
      const [channel] = await tx`insert into channels (workspace_id, id, kind, name, options, secrets, capabilities, hook_token, public_key)
        values (${workspaceId}, ${newId()}, 'web', 'Shop', '{}', '{}', '{}', ${`hook-${slug}`}, ${`key-${slug}`}) returning id`
      const [operator] = await tx`select id from operators where workspace_id = ${workspaceId}`
      const logoId = newId()
      for (const [id, key] of [
        [logoId, logo.key],
        [newId(), replaced.key],
      ] as const)
        await tx`insert into widget_images (workspace_id, id, channel_id, storage_key, width, height) values (${workspaceId}, ${id}, ${channel?.id}, ${key}, 1, 1)`
      await tx`insert into widget_looks (workspace_id, id, channel_id, number, look, operator_id) values (${workspaceId}, ${newId()}, ${channel?.id}, 1, ${tx.json({ ...usualLook, pictures: { logo: logoId } } as never)}, ${operator?.id})`
    })
    kept.push(file.key, thumbnail.key, avatar.key, logo.key)
  }
  const orphan = await put('nobody names this')
  const fetches = join(folder, 'fetches')
  const partials = partialFiles(fetches)
  for (const id of ['left', 'going']) {
    const partial = partials.of(id)
    await partial.begin({})
    await partial.append(Buffer.from('half of it'))
    await partial.close()
  }
  const longAgo = new Date(Date.now() - 25 * 60 * 60_000)
  await utimes(join(fetches, 'left'), longAgo, longAgo)
  const house = keepHouse(database, works, storage, partials, createLog('silent'), -60_000)
  await house.sweep()
  house.close()
  expect(await readdir(fetches)).toEqual(['going'])
  const left: string[] = []
  for await (const { key } of storage.list()) left.push(key)
  expect(left.sort()).toEqual(kept.sort())
  expect(left).not.toContain(orphan.key)
})

async function person(id: string): Promise<string> {
  await database.sql`insert into account_users (id, name, email) values (${id}, 'Ada', ${`ada@${id}.example`})`
  return id
}
