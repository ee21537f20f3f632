import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'

/** Keeps a chat as it is in the embedded database of this data directory: whatever is to change it waits, seconds long, until the answer is called. */
export async function holdChat(dataDir: string, chatId: string): Promise<() => Promise<void>> {
  const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()
  // The fourth line of the file in which the server says that it runs.
  const port = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3])
  const sql = postgres({ host: '127.0.0.1', port, user: 'parley', password, database: 'postgres', max: 1 })
  const holder = await sql.reserve()
  await holder`begin`
  const [held] = await holder`select id from chats where id = ${chatId} for no key update`
  if (!held) throw new Error(`no chat ${chatId}`)
  return () => sql.end({ timeout: 0 })
}
