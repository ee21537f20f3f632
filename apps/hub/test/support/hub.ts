import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { migrateDatabase } from '../../src/db/client.ts'
import { loadEnv } from '../../src/env.ts'
import { type Hub, type Patience, startHub } from '../../src/hub.ts'
import { createLog, type Log } from '../../src/log.ts'
import { createDatabase } from './postgres.ts'

export interface TestHub extends Hub {
  databaseUrl: string
  dataDir: string
  drop(): Promise<void>
}
export interface Answer {
  data?: any
  errors?: { message: string; extensions?: Record<string, unknown> }[]
}

/** A whole hub on a free port with a database of its own, or a further one on a database that is there. */
export async function startTestHub(
  more: Record<string, string> = {},
  patience: Patience = {},
  log: Log = createLog(process.env.TEST_LOG === '1' ? 'debug' : 'silent'),
): Promise<TestHub> {
  const database = more.DATABASE_URL ? null : await createDatabase(migrateDatabase)
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-hub-'))
  const databaseUrl = more.DATABASE_URL ?? database?.url ?? ''
  const hub = await startHub(
    loadEnv({ PORT: '0', DATA_DIR: dataDir, PARLEY_SECRET: secret, LOG_LEVEL: 'error', ...more, DATABASE_URL: databaseUrl }),
    log,
    patience,
  )
  return {
    ...hub,
    databaseUrl,
    dataDir,
    drop: async () => {
      await hub.stop()
      await database?.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Someone signed in, in one workspace. */
export class Person {
  readonly url: string
  readonly cookie: string
  readonly workspace: string
  constructor(url: string, cookie: string, workspace: string) {
    this.url = url
    this.cookie = cookie
    this.workspace = workspace
  }

  headers(): Record<string, string> {
    return { 'content-type': 'application/json', origin: this.url, cookie: this.cookie, 'x-parley-workspace': this.workspace }
  }
  async ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: this.headers(),
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as Answer
  }
  /** The data; throws when there are errors. */
  async get(query: string, variables: Record<string, unknown> = {}): Promise<any> {
    const { data, errors } = await this.ask(query, variables)
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  follow(document: string, variables: Record<string, unknown> = {}, url = this.url): Follower {
    return followOn(`${url}/graphql`, { workspace: this.workspace }, { cookie: this.cookie, origin: url }, document, variables)
  }
}

export class Visitor {
  readonly url: string
  readonly token: string | null
  constructor(url: string, token: string | null) {
    this.url = url
    this.token = token
  }
  async ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/widget/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(this.token && { authorization: `Visitor ${this.token}` }) },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as Answer
  }
  async get(query: string, variables: Record<string, unknown> = {}): Promise<any> {
    const { data, errors } = await this.ask(query, variables)
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  async say(text: string, clientId = crypto.randomUUID()): Promise<any> {
    return (
      await this.get(
        'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { __typename ... on VisitorMessage { id clientId text delivery } ... on Refusal { code message field remedy } } }',
        { input: { clientId, text } },
      )
    ).sendMessage
  }
  follow(document: string, variables: Record<string, unknown> = {}): Follower {
    return followOn(`${this.url}/widget/graphql`, { token: this.token }, {}, document, variables)
  }
}

export interface Follower {
  frames: any[]
  closed: { code: number; reason: string } | null
  /** The first frame that fits, present or to come. */
  until(fits: (frame: any) => boolean, ms?: number): Promise<any>
  end(): void
}

function followOn(
  address: string,
  connectionParams: Record<string, unknown>,
  headers: Record<string, string>,
  query: string,
  variables: Record<string, unknown>,
): Follower {
  class Socket extends WebSocket {
    constructor(to: string, protocols: string[]) {
      super(to, protocols, { headers })
    }
  }
  const follower: Follower = {
    frames: [],
    closed: null,
    until: (fits, ms = 20_000) => untilTrue(() => follower.frames.find(fits), ms),
    end: () => void client.dispose(),
  }
  const client = createClient({
    url: address.replace('http', 'ws'),
    webSocketImpl: Socket,
    connectionParams,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => {},
    on: {
      closed: (event) => {
        follower.closed = { code: (event as { code: number }).code, reason: (event as { reason: string }).reason }
      },
    },
  })
  client.subscribe(
    { query, variables },
    {
      next: (result) => void follower.frames.push(Object.values(result.data ?? { error: result })[0]),
      error: () => {},
      complete: () => {},
    },
  )
  return follower
}

export async function untilTrue<T>(look: () => T | Promise<T>, ms = 20_000): Promise<NonNullable<T>> {
  const end = Date.now() + ms
  for (;;) {
    const value = await look()
    if (value) return value as NonNullable<T>
    if (Date.now() > end) throw new Error(`not true within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const password = 'correct horse battery'
/** The hub's own secret, of which its keys are made. */
export const secret = 'a secret of the tests, long enough for all'

/** Takes the setup link: a workspace with its admin, signed in. */
export async function setUp(hub: Pick<Hub, 'url' | 'setupUrl'>, slug = 'acme'): Promise<Person> {
  const token = new URL(hub.setupUrl ?? '').searchParams.get('token')
  const response = await post(hub.url, '/setup', {
    token,
    company: 'Acme',
    slug,
    language: 'en',
    name: 'Ada',
    email: 'ada@acme.example',
    password,
  })
  if (!response.ok) throw new Error(await response.text())
  return new Person(hub.url, cookieOf(response), slug)
}

/** A colleague invited by an admin, who accepted and is signed in. */
export async function addColleague(
  admin: Person,
  name: string,
  more: { role?: string; groupIds?: string[] } = {},
): Promise<Person & { id: string }> {
  const { inviteOperator } = await admin.get(
    'mutation($input: InviteOperatorInput!) { inviteOperator(input: $input) { ... on OperatorInvitation { url operator { id } } ... on Refusal { code message } } }',
    { input: { name, email: `${name.toLowerCase()}@acme.example`, role: more.role ?? 'operator', groupIds: more.groupIds ?? [] } },
  )
  if (!inviteOperator.url) throw new Error(JSON.stringify(inviteOperator))
  const response = await post(admin.url, '/invite', { token: new URL(inviteOperator.url).searchParams.get('token'), password, name })
  if (!response.ok) throw new Error(await response.text())
  return Object.assign(new Person(admin.url, cookieOf(response), admin.workspace), { id: inviteOperator.operator.id as string })
}

export async function signIn(url: string, email: string, workspace: string): Promise<Person> {
  const response = await post(url, '/auth/sign-in/email', { email, password })
  if (!response.ok) throw new Error(await response.text())
  return new Person(url, cookieOf(response), workspace)
}

/** A visitor who has filled in the form of a website channel (the first one unless told). */
export async function startVisitor(admin: Person, name = 'Maria', key?: string): Promise<Visitor> {
  const publicKey = key ?? (await admin.get('{ channels { publicKey } }')).channels.find((channel: any) => channel.publicKey).publicKey
  const { startVisitor } = await new Visitor(admin.url, null).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } ... on Refusal { code message field } } }',
    { input: { key: publicKey, name, email: `${name.toLowerCase()}@customer.example` } },
  )
  if (!startVisitor.token) throw new Error(JSON.stringify(startVisitor))
  return new Visitor(admin.url, startVisitor.token)
}

export const post = (url: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, ...headers },
    body: JSON.stringify(body),
  })
export const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
