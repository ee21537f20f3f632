import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startTelegramStandIn } from '@parley/conformance/telegram'
import { WebSocket } from 'ws'
import { socketAddress } from '../../apps/hub/src/db/connect.ts'
import { startEmbedded } from '../../apps/hub/src/db/embedded.ts'
import { createLog } from '../../apps/hub/src/log.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const feedDocument =
  'subscription Feed($after: Int) { feed(after: $after) { cursor reset event { type at goneChatId chat { id number state unread waitingSince lastMessageAt operator { id name } group { id name } channel { id kind name } customer { id name } } message { id chatId direction authorKind authorName text at delivery clientId files { id name mime size kind state } } } } }'

export interface Stage {
  databaseUrl: string
  hub: string
  hubProcess: ChildProcess
  /** What the hub was started with. */
  env: Record<string, string>
  floor: string
  floorProcess: ChildProcess
  /** Header and address of the Telegram channel's webhook. */
  webhook: { url: string; headers: Record<string, string> }
  admin: { cookie: string; workspace: string }
  ask(query: string, variables?: object): Promise<any>
  close(): Promise<void>
}

/** One database, the hub as it is built, and the bare floor beside it. */
export async function setStage(hosts: string[] = []): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const embedded = await startEmbedded({ dataDir, log: createLog('error') })
  const databaseUrl = socketAddress(embedded)
  const standIn = await startTelegramStandIn()
  const apiHost = new URL(standIn.apiRoot).host
  const env = {
    PORT: '0',
    DATA_DIR: join(dataDir, 'hub'),
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'error',
    // Visitors of many addresses come through one.
    TRUSTED_PROXIES: '127.0.0.1,::1',
    PARLEY_ALLOW_PRIVATE_FETCH: [apiHost, ...hosts].join(','),
  }
  const hubProcess = launchHub(env)
  const { url, token } = await announced(hubProcess)
  const floorProcess = fork(join(root, 'bench/src/floor.ts'), [databaseUrl], { execArgv: ['--import', 'tsx'], stdio: 'inherit' })
  const floor = await new Promise<string>((resolve) =>
    floorProcess.once('message', (message) => resolve(`http://127.0.0.1:${(message as { port: number }).port}`)),
  )
  const set = await fetch(`${url}/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({
      token,
      company: 'Bench',
      slug: 'bench',
      language: 'en',
      name: 'Ada',
      email: 'ada@bench.example',
      password: 'correct horse battery',
    }),
  })
  if (!set.ok) throw new Error(await set.text())
  const cookie = set.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const ask = async (query: string, variables: object = {}) => {
    const answer = (await (
      await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url, cookie, 'x-parley-workspace': 'bench' },
        body: JSON.stringify({ query, variables }),
      })
    ).json()) as { data?: any; errors?: unknown }
    if (answer.errors) throw new Error(JSON.stringify(answer.errors))
    return answer.data
  }
  const { createChannel } = await ask(
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id webhookUrl } ... on Refusal { message field } } }',
    { input: { kind: 'telegram', name: 'Bot', options: { botToken: standIn.token(), delivery: 'webhook', apiRoot: standIn.apiRoot } } },
  )
  const { createHmac } = await import('node:crypto')
  const secret = createHmac('sha256', standIn.token()).update('parley webhook').digest('hex')
  return {
    databaseUrl,
    hub: url,
    hubProcess,
    env,
    floor,
    floorProcess,
    ask,
    admin: { cookie, workspace: 'bench' },
    webhook: { url: createChannel.webhookUrl.replace('localhost', '127.0.0.1'), headers: { 'x-telegram-bot-api-secret-token': secret } },
    close: async () => {
      floorProcess.kill()
      await endHub(hubProcess)
      await standIn.stop()
      await embedded.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A hub that tells what it holds, see collect.mjs. */
export const launchHub = (env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, ['--expose-gc', '--import', join(root, 'bench/src/collect.mjs'), join(root, 'apps/hub/dist/main.mjs')], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })

export async function endHub(hub: ChildProcess): Promise<void> {
  if (hub.exitCode !== null || hub.signalCode !== null) return
  hub.kill('SIGTERM')
  await new Promise((resolve) => hub.once('exit', resolve))
}

function announced(child: ChildProcess): Promise<{ url: string; token: string }> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const [, url, token] = /(http:\S+)\/setup\?token=(\S+)/.exec(text) ?? []
      if (url && token) resolve({ url, token })
    })
    child.once('exit', () => reject(new Error(`the hub did not start:\n${text}`)))
  })
}

let updates = 0
/** An update of Telegram: message `n` of one of `chats` customers. */
export function update(n: number, chats = 200): string {
  updates += 1
  const id = 10_000 + (n % chats)
  const from = { id, is_bot: false, first_name: `Customer ${n % chats}`, language_code: 'en' }
  return JSON.stringify({
    update_id: updates,
    message: {
      message_id: updates,
      from,
      chat: { id, type: 'private', first_name: from.first_name },
      date: Math.floor(Date.now() / 1000),
      text: `Message ${updates}: does the blue one come in size 54, and when would it be here?`,
    },
  })
}

/** A console: a socket that subscribes as the real one does, and tells of every frame. */
export function openConsole(stage: Stage, onFrame: (text: string) => void, cookie = stage.admin.cookie): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${stage.hub.replace('http', 'ws').replace('localhost', '127.0.0.1')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie, origin: stage.hub },
    })
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { workspace: stage.admin.workspace } })))
    let ready = false
    socket.on('message', (data) => {
      const text = data.toString()
      if (text.startsWith('{"type":"connection_ack"'))
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: feedDocument, variables: {} } }))
      else if (text.startsWith('{"type":"ping"')) socket.send('{"type":"pong"}')
      else if (!ready) {
        ready = true
        resolve(socket)
      } else onFrame(text)
    })
    socket.on('error', reject)
  })
}

export const openFloor = (stage: Stage, onFrame: (text: string) => void): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${stage.floor.replace('http', 'ws')}/`)
    socket
      .on('open', () => resolve(socket))
      .on('message', (data) => onFrame(data.toString()))
      .on('error', reject)
  })
