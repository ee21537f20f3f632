import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../src/db/embedded.ts'
import { createLog } from '../../src/log.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** the owner's connection to the one server of this run */
    serverUrl: string
    /** a word of its own for each run: a given server may still hold templates of an older schema */
    runId: string
  }
}

/** Starts one PostgreSQL for the whole run, or uses the server named by TEST_DATABASE_URL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('runId', randomBytes(4).toString('hex'))
  const given = process.env.TEST_DATABASE_URL
  if (given) {
    project.provide('serverUrl', given)
    return async () => undefined
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-test-'))
  const server = await startEmbedded({ dataDir, log: createLog('error') })
  project.provide('serverUrl', server.url)
  return async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
