import { setTimeout as pause } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { type Account, chatsOf, contactOf, historyBefore, nowSeconds, randomId } from './account.ts'
import type { Faults } from './faults.ts'
import { count, type Ledger, type WireMessage } from './ledger.ts'

export interface DeviceOptions {
  /** How long a QR code is good, in milliseconds. */
  qrMs: number
  /** Between the steps of a sign-in, in milliseconds; 0 is faster than the library can listen. */
  syncMs: number
}

/** What the page sends; the stand-in believes it, as it is its own page. */
// biome-ignore lint/suspicious/noExplicitAny: each question has its own shape, and all of them come from page/.
type Data = any

/** The linked device as WhatsApp's servers see it: one connection at a time. */
export function createDevice(account: Account, ledger: Ledger, faults: Faults, options: DeviceOptions) {
  let socket: WebSocket | undefined
  let rotation: NodeJS.Timeout | undefined
  let hangs = false
  const onPairing = new Set<() => void>()

  function push(op: string, data: unknown = {}): boolean {
    if (socket?.readyState !== 1) return false
    socket.send(JSON.stringify({ op, data }))
    return true
  }

  function attach(next: WebSocket) {
    next.on('message', (raw) => void take(next, JSON.parse(String(raw))))
    next.on('close', () => {
      if (socket !== next) return
      socket = undefined
      clearInterval(rotation)
    })
  }

  async function take(from: WebSocket, { n, op, data }: { n?: number; op: string; data: Data }) {
    if (!n) return hear(from, op, data)
    count(ledger, op)
    if (hangs) return
    const reply = (answer: object) => from.readyState === 1 && from.send(JSON.stringify({ n, ...answer }))
    await carryOut(op, data).then(
      (done) => reply({ data: done ?? {} }),
      (error: Error) => reply({ error: error.message }),
    )
  }

  function hear(from: WebSocket, op: string, data: Record<string, unknown>) {
    if (op === 'hello') greet(from, data)
    if (op === 'page.error') ledger.pageErrors.push(String(data.message))
    if (op === 'page.asks' && !data.known && !ledger.unknownModules.includes(String(data.name)))
      ledger.unknownModules.push(String(data.name))
  }

  function greet(from: WebSocket, { creds }: { creds?: string }) {
    socket = from
    count(ledger, 'hello')
    if (creds && account.links.has(creds)) return void signIn(from)
    offerCode()
    for (const told of onPairing) told()
  }

  function offerCode() {
    push('unpaired', { ref: `2@${randomId(24)}` })
    clearInterval(rotation)
    rotation = setInterval(() => push('qr.ref', { ref: `2@${randomId(24)}` }), options.qrMs)
  }

  async function signIn(to: WebSocket) {
    clearInterval(rotation)
    const { phone, lid, name, contacts } = account
    push('connected', { account: { phone, lid, name, contacts: [...contacts.values()], chats: chatsOf(account) } })
    for (const percent of [0, 50, 100]) {
      push('sync.progress', { percent })
      await pause(options.syncMs)
    }
    push('sync.done')
    for (const { id, ack } of ledger.accepted.slice(-20)) push('msg.ack', { id, ack })
    await pause(options.syncMs * 2)
    if (socket === to) for (const message of account.undelivered.splice(0)) push('msg.add', message)
  }

  async function send(message: WireMessage) {
    const fault = faults.meet('refuse', 'slow', 'drop')
    if (fault?.kind === 'refuse') throw new Error('479')
    const known = ledger.accepted.find(({ id }) => id === message.id)
    if (known) ledger.repeated += 1
    else keep({ ...message, t: nowSeconds(), ack: 1 })
    if (fault?.kind === 'drop') {
      socket?.terminate()
      throw new Error('dropped')
    }
    if (fault?.kind === 'slow') await pause(fault.ms)
    return { t: known?.t ?? nowSeconds() }
  }

  function keep(message: WireMessage) {
    ledger.accepted.push(message)
    account.history.push(message)
  }

  const answers: Record<string, (data: Data) => unknown> = {
    'msg.send': (message) => send(message as WireMessage),
    'msg.edit': ({ id, body }) => {
      const message = account.history.find((one) => one.id === id)
      if (message) message.body = body
    },
    'msg.revoke': ({ id }) => {
      const message = account.history.find((one) => one.id === id)
      if (message) message.type = 'revoked'
    },
    'msg.react': ({ id, text }) => void ledger.reactions.push({ id, emoji: text }),
    'msg.resend': () => {},
    'chat.seen': ({ chat }) => void ledger.seen.push(chat),
    typing: (typing) => void ledger.typing.push(typing),
    'contact.exists': ({ id }) => ({ contact: contactOf(account, id) }),
    'history.byId': ({ ids }: { ids: string[] }) => account.history.filter(({ id }) => ids.includes(id)),
    'history.before': async ({ chat, before }) => {
      const fault = faults.meet('history')
      if (fault) await pause(fault.ms)
      return historyBefore(account, chat, before)
    },
    'qr.refresh': () => offerCode(),
    'pair.code': () => 'STAND1NN',
    logout: () => account.links.clear(),
  }

  async function carryOut(op: string, data: Data): Promise<unknown> {
    const answer = answers[op]
    if (!answer) throw new Error(`The stand-in does not know ${op}.`)
    return answer(data)
  }

  return {
    attach,
    push,
    connected: () => socket?.readyState === 1,
    drop: () => socket?.terminate(),
    /** Takes questions and answers none. */
    hang(on: boolean) {
      hangs = on
    },
    onPairing: (told: () => void) => void onPairing.add(told),
    /** The phone scans the code that is shown. */
    link() {
      const creds = randomId(16)
      account.links.add(creds)
      push('paired', { creds })
      if (socket) void signIn(socket)
    },
    /** The phone removes the linked device. */
    unlink() {
      account.links.clear()
      push('logout')
    },
    idleCode() {
      clearInterval(rotation)
      push('qr.idle')
    },
    end: () => clearInterval(rotation),
  }
}

export type Device = ReturnType<typeof createDevice>
