import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import postgres from 'postgres'
import { type Accounts, openAccounts } from '../../src/accounts/index.ts'
import { type Database, migrateDatabase, openDatabase } from '../../src/db/client.ts'
import { foundWorkspace } from '../../src/domain/workspace.ts'
import { type Bus, postgresBus } from '../../src/feed/bus.ts'
import { createLog } from '../../src/log.ts'
import { sessionRoutes } from '../../src/routes/session.ts'
import { type Works, worksOn } from '../../src/work.ts'
import { createDatabase, type TestDatabase } from './postgres.ts'

/** One hub's door to its accounts, on a port of its own. */
export interface Door {
  url: string
  accounts: Accounts
  works: Works
  database: Database
  bus: Bus
  logged: string[]
  close(): Promise<void>
}

export const strong = 'violet-otter-crossing-42'

export const testDatabase = (): Promise<TestDatabase> => createDatabase(migrateDatabase)

/** A door as a hub process has it. `publicUrl`: given when it differs from the socket's own address. */
export async function openDoor(
  databaseUrl: string,
  { publicUrl, secret = 's'.repeat(40), trustedProxies }: { publicUrl?: string; secret?: string; trustedProxies?: string[] } = {},
): Promise<Door> {
  const database = await openDatabase(databaseUrl, { max: 8 })
  const listening = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const bus = await postgresBus(listening)
  const works = worksOn(database, bus)
  const logged: string[] = []
  const log = createLog('debug', { write: (line: string) => void logged.push(line) })
  let handler: (request: Request, env: unknown) => Response | Promise<Response> = () => new Response(null, { status: 503 })
  const server = serve({ port: 0, hostname: '127.0.0.1', fetch: (request, env) => handler(request, env) })
  await new Promise((listens) => server.once('listening', listens))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const accounts = openAccounts({
    database,
    works,
    bus,
    log,
    publicUrl: publicUrl ?? url,
    secret,
    found: foundWorkspace,
    ...(trustedProxies ? { trustedProxies } : {}),
  })
  const app = sessionRoutes({ accounts, log })
  handler = (request, env) => app.fetch(request, env as object)
  return {
    url,
    accounts,
    works,
    database,
    bus,
    logged,
    close: async () => {
      await new Promise((closed) => server.close(closed))
      accounts.close()
      await bus.close()
      await Promise.all([listening.end(), database.close()])
    },
  }
}

export interface Answer {
  status: number
  body: { [name: string]: unknown } | null
  cookies: string[]
  headers: Headers
  text: string
}

/** A POST as the console sends it; `headers` overrules (an empty value takes a header away). */
export async function post(door: Pick<Door, 'url'>, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const all = { origin: door.url, 'content-type': 'application/json', ...headers }
  const response = await fetch(`${door.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')),
  })
  return answerOf(response)
}

export async function get(door: Pick<Door, 'url'>, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return answerOf(await fetch(`${door.url}${path}`, { headers }))
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : null,
    cookies: response.headers.getSetCookie(),
    headers: response.headers,
    text,
  }
}

/** What a browser sends back of the cookies it was given. */
export const cookieOf = (answer: Answer): string => answer.cookies.map((cookie) => cookie.split(';')[0]).join('; ')

export const setupInput = (token: string, overrides: object = {}) => ({
  token,
  company: 'Nordwind Books',
  slug: 'nordwind',
  language: 'en',
  name: 'Ada Admin',
  email: 'Ada@Nordwind.example',
  password: strong,
  ...overrides,
})

/** A workspace with its admin, made through the setup; answers with the admin's cookie. */
export async function settle(door: Door): Promise<string> {
  const link = await door.accounts.openSetup()
  return cookieOf(await post(door, '/setup', setupInput(link?.token ?? '')))
}

export const signIn = (door: Door, email: string, password: string, headers: Record<string, string> = {}) =>
  post(door, '/auth/sign-in/email', { email, password }, headers)

export const workspaceId = async (door: Door): Promise<string> =>
  (await door.database.sql<{ id: string }[]>`select workspace_id as id from workspaces`)[0]?.id ?? ''

export const someone = (): string => `someone-${randomBytes(4).toString('hex')}@nordwind.example`
