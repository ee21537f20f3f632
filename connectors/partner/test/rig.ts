import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Accepted, oddMark, type Rig, type Serving, type Subject, serveFile, until } from '@parley/conformance'
import { type Call, createBridge } from '../example/bridge.mjs'
import type { Timing } from '../src/connection.ts'
import { createPartner } from '../src/index.ts'

/** Short waits, so that a test need not wait longer than what it tests. */
export const hasty: Timing = {
  callMs: 300,
  sendMs: 300,
  fileMs: 20_000,
  healthMs: 200,
  lookMs: 60,
  retryMs: 20,
  retryMaxMs: 80,
  graceMs: 100,
}

const secret = 'a secret of the tests, long enough for all'
const person = { id: '42', kind: 'direct' as const }
const maria = { id: '42', name: 'Мария', username: 'maria' }

export const subject: Subject = {
  module: createPartner({ ...hasty, sendMs: 1_000 }),
  options: { url: 'http://127.0.0.1:2/', secret, buttons: true },
  delivery: 'webhook',
  rig: createRig,
}

/** A refusal in the words of the protocol. */
const refusal = (status: number, more: { code?: string; message?: string; headers?: Record<string, string> } = {}) =>
  Object.assign(new Error(more.message), { status, ...more })

interface Kept extends Accepted {
  id: string
  removed: boolean
}

/** The platform behind the bridge of the documentation: it keeps what it took, and meets misfortunes. */
async function createRig(): Promise<Rig> {
  let now = secret
  let calls = 0
  let numbers = 0
  let vanished: 'reset' | 'hang' | undefined
  let chance = 0
  const pending: { what: string; times: number }[] = []
  const kept: Kept[] = []
  const files = new Map<string, Uint8Array>()
  const unknown: string[] = []
  const breaks: Serving[] = []

  const take = (...whats: string[]) => {
    const found = pending.find(({ what, times }) => whats.includes(what) && times > 0)
    if (found) found.times -= 1
    return found?.what
  }
  const nextId = () => `m${++numbers}`
  const find = (call: Call): Kept => {
    const found = kept.find(({ id, removed }) => id === call.message && !removed)
    if (!found) throw refusal(404, { code: 'not_found', message: 'That message is gone.' })
    return found
  }

  const bridge = createBridge({
    secret: () => now,
    retryMs: 20,
    platform: {
      account: { id: 'acme', name: 'Acme Messages' },
      async send(call) {
        const { thread, text, file, replyTo } = call
        const bytes = file && Buffer.from(file.base64, 'base64')
        if (bytes && createHash('sha256').update(bytes).digest('hex') !== file.sha256)
          throw refusal(400, { message: 'The file is broken.' })
        const id = nextId()
        kept.push({
          id,
          removed: false,
          threadId: thread.id,
          ...(file ? { file: { size: bytes.length, sha256: file.sha256 }, ...(text && { caption: text }) } : { text }),
          ...(replyTo && { replyTo }),
        })
        return id
      },
      answers: {
        async edit(call) {
          find(call).text = call.text
          return {}
        },
        async removal(call) {
          find(call).removed = true
          return {}
        },
        async reaction(call) {
          find(call)
          return {}
        },
        typing: async () => ({}),
        read: async () => ({}),
        async file(call) {
          if (take('download')) throw refusal(502)
          const bytes = files.get(call.id)
          return bytes && Buffer.from(bytes)
        },
      },
    },
  })

  const server = createServer(async (request, response) => {
    calls += 1
    if (vanished === 'reset') return void request.destroy()
    if (vanished === 'hang') return
    // What a call is about decides what befalls it, so it is read before the bridge reads it.
    const body = Buffer.concat(await request.toArray())
    const call = body.length > 0 ? (JSON.parse(body.toString()) as Call) : undefined
    if (call && !known.includes(call.type)) unknown.push(call.type)
    const again = Object.assign(request, { toArray: async () => [body] })
    const misfortune = call?.type === 'message' ? fate(call.thread.id) : undefined
    if (misfortune === 'rate') return void response.writeHead(429, { 'retry-after': '1' }).end('{}')
    if (misfortune === 'down') return void response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
    if (misfortune === 'refused')
      return void response.writeHead(403).end(JSON.stringify({ code: 'forbidden_by_peer', message: 'Maria has blocked you.' }))
    if (misfortune === 'lose_reply') {
      const lost = Object.assign(Object.create(response), { writeHead: () => lost, end: () => request.destroy() })
      return void bridge.handle(again, lost)
    }
    if (misfortune === 'slow') {
      const late = Object.assign(Object.create(response), {
        writeHead(status: number) {
          response.writeHead(status)
          return late
        },
        end: (said: string) => setTimeout(() => response.end(said), 1_500),
      })
      return void bridge.handle(again, late)
    }
    if (call?.type === 'file' && files.has(call.id) && (request.headers.range || breaks.length > 0)) {
      const file = { bytes: files.get(call.id) ?? new Uint8Array(), mime: 'application/octet-stream' }
      return serveFile(request, response, file, breaks.shift())
    }
    void bridge.handle(again, response)
  })
  const fate = (threadId: string): string | undefined => {
    if (chance > 0 && Math.random() < chance) return ['rate', 'down', 'lose_reply'][Math.floor(Math.random() * 3)]
    return threadId === person.id ? take('rate', 'down', 'refused', 'lose_reply', 'slow') : undefined
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/parley`
  const options = { url, secret, buttons: true }

  let events = 0
  let last: object = {}
  const tell = (type: string, more: object) => {
    last = { id: `e${++events}`, type, at: Date.now(), order: events, thread: person, from: maria, ...more }
    bridge.tell(last)
  }
  const say = (more: object): string => {
    const message = nextId()
    tell('message', { message, ...more })
    return message
  }
  const fileOf = (bytes: Uint8Array) => {
    const id = `f${files.size + 1}`
    files.set(id, bytes)
    return { id, kind: 'file', name: 'file.bin', mime: 'application/octet-stream', size: bytes.length }
  }
  const signed = (body: string, time = Math.floor(Date.now() / 1000), by = now) =>
    `t=${time},v1=${createHmac('sha256', by).update(`${time}.${body}`).digest('hex')}`
  const post = async (body: string, headers: Record<string, string> = { 'parley-signature': signed(body) }) =>
    (await fetch(bridge.hook() ?? '', { method: 'POST', headers, body })).status

  return {
    options,
    withGroups: { ...options, groups: true },
    thread: person,
    threads: (count) => Array.from({ length: count }, (_, n) => ({ id: String(1000 + n), kind: 'direct' as const })),
    say: async (text, { at, replyTo } = {}) => say({ text, ...(at !== undefined && { at }), ...(replyTo && { replyTo }) }),
    async sayTogether(texts) {
      bridge.tell(
        ...texts.map((text) => ({
          id: `e${++events}`,
          type: 'message',
          at: Date.now(),
          order: events,
          thread: person,
          from: maria,
          message: nextId(),
          text,
        })),
      )
    },
    repeat: async () => bridge.tell(last),
    quiet: async () => void (await until('everything is delivered', () => bridge.waiting.length === 0)),
    async editBeforeMessage(before, after) {
      const message = nextId()
      tell('edit', { message, text: after })
      tell('message', { message, text: before })
      return message
    },
    edit: async (message, text) => tell('edit', { message, text }),
    remove: async (message) => tell('removal', { message }),
    react: async (message, emoji) => tell('reaction', { message, emoji }),
    receipt: async (message, state) => tell('receipt', { messages: [message], state }),
    sayInGroup: async (text, title) => void say({ text, thread: { id: 'g1', kind: 'group', title } }),
    sendFile: async (bytes, caption) => void say({ files: [fileOf(bytes)], ...(caption && { text: caption }) }),
    async sendAlbum(count) {
      for (let n = 0; n < count; n++) say({ files: [{ ...fileOf(new Uint8Array(100)), kind: 'image' }], album: 'holiday' })
    },
    breakOff: (breakOffAfter, then) => void breaks.push({ breakOffAfter }, ...(then === 'starts_anew' ? [{ whole: true }] : [])),
    loseFiles: () => files.clear(),
    sayUnknown: async () => void say({ unsupported: 'dice', dice: { value: 3 } }),
    async sayMalformed() {
      const odd = [null, [], {}, 'text', 0, { events: {} }, { events: [null, 1, [], { id: 1 }, { id: 'x', type: oddMark, thread: 'no' }] }]
      return Promise.all(['', '{', ...odd.map((body) => JSON.stringify(body))].map((body) => post(body)))
    },
    async forge() {
      const body = JSON.stringify({ events: [{ id: 'evil', type: 'message', thread: person, from: maria, message: 'evil', text: 'evil' }] })
      const old = Math.floor(Date.now() / 1000) - 3_600
      const wrong = [
        '',
        'x',
        signed('{}'),
        signed(body, undefined, 'another secret that is long enough'),
        signed(body, old),
        signed(body, old + 7_200),
      ]
      const read = fetch(bridge.hook() ?? '').then(({ status }) => status)
      return Promise.all([post(body, {}), ...wrong.map((one) => post(body, { 'parley-signature': one })), read])
    },
    fail: (what, times = 1) => void pending.push({ what, times }),
    plague: (share) => {
      chance = share
    },
    vanish: (how) => {
      vanished = how
    },
    recover: () => {
      vanished = undefined
    },
    revoke: () => {
      now = `${secret} anew`
      return { ...options, secret: now }
    },
    unreachable: () => ({ ...options, url: 'http://127.0.0.1:2/' }),
    wrong: { ...options, secret: 'a wrong secret that is as long as another' },
    accepted: () => kept.filter(({ removed }) => !removed).map(({ id: _, removed: __, ...one }) => one),
    calls: () => calls,
    unknownCalls: () => unknown,
    secrets: [secret],
    async stop() {
      chance = 0
      bridge.waiting.length = 0
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const known = ['connect', 'ping', 'message', 'lookup', 'edit', 'removal', 'reaction', 'typing', 'read', 'file']
