import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../apps/hub/src/db/connect.ts'
import { median, round } from './load.ts'
import { resident, settle } from './memory.ts'
import { endHub, launchHub, type Stage } from './stage.ts'

const tries = 3

/**
 * From its start to its first words, and what it has resident half a minute later: a hub without any channel, which loads the library of
 * no platform, and the hub of the stage with all the channels that were connected. Ends the hub of the stage.
 */
export async function starts(stage: Stage): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bare-'))
  const sql = connect(stage.databaseUrl, { max: 1, onnotice: () => {} })
  await sql.unsafe('create database bench_bare')
  await sql.end()
  const bareUrl = stage.databaseUrl.replace(/\/[^/?]+(?=\?|$)/, '/bench_bare')
  const bare = await measured({ ...stage.env, DATA_DIR: folder, DATABASE_URL: bareUrl })
  await endHub(stage.hubProcess)
  const full = await measured(stage.env)
  rmSync(folder, { recursive: true, force: true })
  const words = ({ ms, bytes }: typeof bare) => `${round(ms)} ms to its first words, ${round(bytes / 1024 / 1024)} MB resident`
  return `a hub without channels: ${words(bare)}; with an account of each kind: ${words(full)}`
}

/** The first start makes the tables. */
async function measured(env: Record<string, string>): Promise<{ ms: number; bytes: number }> {
  const times: number[] = []
  for (let n = 0; ; n += 1) {
    const begun = performance.now()
    const hubProcess = launchHub(env)
    await new Promise((resolve, reject) => {
      hubProcess.stdout?.once('data', resolve)
      hubProcess.once('exit', () => reject(new Error('the hub did not start')))
    })
    if (n > 0) times.push(performance.now() - begun)
    if (times.length < tries) {
      await endHub(hubProcess)
      continue
    }
    await settle(30_000)
    const bytes = resident({ hubProcess })
    await endHub(hubProcess)
    return { ms: median(times), bytes }
  }
}
