import type { Rig } from '../rig.ts'
import { oddMark } from '../samples.ts'
import { until } from '../wait.ts'
import { type Fault, type GraphStandIn, graphErrors, refusing, startGraphStandIn } from './index.ts'
import type { GraphObject, InjectedDelivery } from './ledger.ts'
import { inboxes } from './world.ts'

/** Short waits, so that a test need not wait longer than what it tests. */
export const hasty = {
  callMs: 2_500,
  sendMs: 2_500,
  uploadMs: 20_000,
  healthMs: 200,
  retryMs: 20,
  retryMaxMs: 80,
  recheckMs: 100,
  rateMs: 100,
  graceMs: 100,
}

const token = 'EAAtokenOfTheTests0123456789'
const appSecret = 'secret0of0the0tests0123456789abc'

/** What the rigs of all kinds on the Graph API have in common. */
export function graphPlatform(
  standIn: GraphStandIn,
  object: GraphObject,
  options: object,
  misfortunes: Partial<Record<string, Fault>> = {},
  threadIdOf = (person: string) => person,
) {
  const scripted: Record<string, Fault> = {
    rate: { ...refusing(graphErrors.callsExceeded), to: '42' },
    down: { kind: 'html' },
    refused: refusing(graphErrors.personUnavailable),
    lose_reply: { kind: 'lose_reply' },
    slow: { kind: 'slow', ms: 1_800 },
    download: { kind: 'html', call: 'download' },
    ...misfortunes,
  }
  const { ledger } = standIn
  return {
    options,
    quiet: async () => void (await until('everything is delivered', () => standIn.pending() === 0)),
    echo: async () => void (await until('everything is delivered', () => standIn.pending() === 0)),
    loseFiles: standIn.loseFiles,
    breakOff(bytes: number, then: 'goes_on' | 'starts_anew') {
      standIn.fault({ kind: 'break_off', bytes })
      if (then === 'starts_anew') standIn.fault({ kind: 'whole' })
    },
    sayMalformed: () => malformed(standIn, object),
    forge: () => forge(standIn, object),
    fail: (what: string, times = 1) => standIn.fault({ ...(scripted[what] as Fault), times }),
    plague(chance: number) {
      const { to: _, ...rate } = scripted.rate as Fault
      for (const fault of [rate, { kind: 'html' }, { kind: 'lose_reply' }] as Fault[]) standIn.fault({ ...fault, probability: chance / 3 })
    },
    vanish: (how: 'reset' | 'hang') =>
      standIn.fault(
        how === 'reset' ? { kind: 'reset', call: '*', probability: 1 } : { kind: 'slow', call: '*', probability: 1, ms: 3_000 },
      ),
    recover: () => standIn.clearFaults(),
    revoke: () => ({ ...options, accessToken: standIn.revokeToken() }),
    unreachable: () => ({ ...options, apiRoot: 'http://127.0.0.1:2' }),
    wrong: { ...options, accessToken: 'EAAnobodyKnowsThisToken' },
    accepted: () =>
      ledger.accepted.map(({ to, text, caption, replyTo, file }) => ({
        threadId: threadIdOf(to),
        ...(text !== undefined && { text }),
        ...(caption !== undefined && { caption }),
        ...(replyTo && { replyTo }),
        ...(file && { file: { size: file.size, sha256: file.sha256 } }),
      })),
    calls: () => Object.values(ledger.calls).reduce((sum, one) => sum + one, 0),
    unknownCalls: () => ledger.unknown,
    secrets: [token, appSecret],
    stop: standIn.stop,
  }
}

export function startForTests(): Promise<GraphStandIn> {
  return startGraphStandIn({ token, appSecret, redelivery: { firstMs: 20, longestMs: 100 } })
}

export async function createMessagingRig(kind: 'messenger' | 'instagram'): Promise<Rig> {
  const standIn = await startForTests()
  const { accounts } = standIn
  const object = kind === 'messenger' ? 'page' : 'instagram'
  const people = standIn[kind]
  people.meet('42')
  const options = {
    appId: accounts.appId,
    appSecret,
    pageId: accounts.pageId,
    accessToken: token,
    apiRoot: standIn.apiRoot,
    ...(kind === 'instagram' && { instagramId: accounts.instagramId }),
  }
  let last: InjectedDelivery | undefined
  const did = <T>(result: T): T => {
    last = people.last()
    return result
  }
  return {
    ...graphPlatform(standIn, object, options),
    thread: { id: '42', kind: 'direct' },
    threads: (count) => Array.from({ length: count }, (_, n) => threadOf(standIn, kind, `${1000 + n}`)),
    say: async (text, how = {}) => did(people.say(text, how)),
    async sayTogether(texts) {
      people.together(() => {
        for (const text of texts) people.say(text)
      })
      last = people.last()
    },
    async repeat() {
      if (last) standIn.repeat(last)
    },
    react: async (id, emoji) => did(people.react(id, emoji)),
    async receipt(id, state) {
      if (state === 'delivered') people.delivered([id])
      else people.read(kind === 'messenger' ? { watermark: Date.now() + 1000 } : { mid: id })
    },
    sendFile: async (bytes, caption) =>
      void did(people.attach([{ type: 'video', content: bytes }], caption === undefined ? {} : { text: caption })),
    sendAlbum: async (count) =>
      void did(people.attach(Array.from({ length: count }, () => ({ type: 'image' as const, content: { size: 100 } })))),
    async handOver(what, text = '') {
      if (what === 'stand_by') did(people.standby(text))
      else did(people.control(({ ask: 'request', take: 'take', give_back: 'pass' } as const)[what]))
      // Each at a moment of its own, as a platform has it.
      await new Promise((resolve) => setTimeout(resolve, 5))
    },
    holder() {
      const { elsewhere } = standIn.world.people.get(`${object} 42`) ?? {}
      return elsewhere === undefined ? 'hub' : elsewhere === inboxes[object] ? 'inbox' : 'other'
    },
    failHandOver: (how) =>
      standIn.fault({ ...(how === 'refused' ? refusing(graphErrors.notTheOwner) : { kind: 'lose_reply' }), call: 'control' }),
    sayUnknown: async () => did(people.inject({ game_play: { game_id: '1', score: 3 } })),
    ...(kind === 'messenger'
      ? {
          async editBeforeMessage(before: string, after: string) {
            people.inject({ message_edit: { mid: 'm_early', text: after, num_edit: 1 } })
            people.inject({ message: { mid: 'm_early', text: before } })
            return 'm_early'
          },
          edit: async (id: string, text: string) => did(people.edit(id, text, 1)),
        }
      : { remove: async (id: string) => did(people.unsend(id)) }),
  }
}

function threadOf(standIn: GraphStandIn, kind: 'messenger' | 'instagram', id: string) {
  standIn[kind].meet(id)
  return { id, kind: 'direct' as const }
}

/** Bodies no Meta would send. */
async function malformed(standIn: GraphStandIn, object: GraphObject): Promise<number[]> {
  const { pageId, instagramId, businessId, phoneNumberId } = standIn.accounts
  const id = { page: pageId, instagram: instagramId, whatsapp_business_account: businessId }[object]
  const odd = [
    null,
    3,
    [],
    {},
    { sender: 3, message: null },
    { sender: { id: '42' }, message: { mid: {}, text: oddMark } },
    { sender: { id: '42' }, recipient: null, timestamp: 'today', message: { mid: 'm_odd', attachments: 3, reply_to: [] } },
    { sender: { id: '42' }, recipient: { id }, reaction: [], delivery: { mids: 3 }, read: { watermark: 'x' } },
  ]
  const value = (messages: unknown) => ({ metadata: { phone_number_id: phoneNumberId }, messages, statuses: messages, contacts: messages })
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '0',
    '"x"',
    JSON.stringify({ object, entry: null }),
    JSON.stringify({ object, entry: [] }),
    JSON.stringify({ object, entry: [null, 3, { id }, { id, messaging: {}, changes: 3 }] }),
    ...odd.map((item) =>
      JSON.stringify({ object, entry: [{ id, messaging: [item], changes: [item, { field: 'messages', value: value(item) }] }] }),
    ),
    JSON.stringify({ object, entry: [{ id, changes: [{ field: 'messages', value: value(odd) }] }] }),
  ]
  return Promise.all(bodies.map((body) => standIn.postRaw(object, body)))
}

async function forge(standIn: GraphStandIn, object: GraphObject): Promise<number[]> {
  const { pageId } = standIn.accounts
  const item = { sender: { id: '42' }, recipient: { id: pageId }, timestamp: 1, message: { mid: 'm_evil', text: 'evil' } }
  const body = JSON.stringify({ object, entry: [{ id: pageId, time: 1, messaging: [item] }] })
  const wrong = ['', 'x', `sha256=${'a'.repeat(64)}`, 'sha256=', encodeURIComponent('sha256=é')]
  const signed = wrong.map((signature) => standIn.postRaw(object, body, { 'x-hub-signature-256': signature }))
  // Only the old digest: it is not looked at.
  const old = standIn.postRaw(object, body, { 'x-hub-signature': `sha1=${'a'.repeat(40)}` })
  const unsigned = standIn.postRaw(object, body, {})
  const url = standIn.callback(object)
  const read = fetch(url).then(({ status }) => status)
  const handshake = fetch(`${url}?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1`).then(({ status }) => status)
  return Promise.all([...signed, old, unsigned, read, handshake])
}

export async function createWhatsAppRig(): Promise<Rig> {
  const standIn = await startForTests()
  const { accounts, whatsapp } = standIn
  whatsapp.meet('42')
  const options = {
    phoneNumberId: accounts.phoneNumberId,
    businessId: accounts.businessId,
    accessToken: token,
    appSecret,
    apiRoot: standIn.apiRoot,
  }
  const thread = (person: string) => ({ id: `BR.${person}`, kind: 'direct' as const })
  let last: InjectedDelivery | undefined
  const did = <T>(result: T): T => {
    last = whatsapp.last()
    return result
  }
  const misfortunes = {
    rate: { ...refusing({ ...graphErrors.whatsappPairRate }), to: '42' },
    refused: refusing(graphErrors.whatsappOptedOut),
  }
  return {
    ...graphPlatform(standIn, 'whatsapp_business_account', options, misfortunes, (person) => thread(person).id),
    thread: thread('42'),
    threads: (count) =>
      Array.from({ length: count }, (_, n) => {
        whatsapp.meet(`${1000 + n}`)
        return thread(`${1000 + n}`)
      }),
    say: async (text, how = {}) => did(whatsapp.say(text, how)),
    async sayTogether(texts) {
      whatsapp.together(() => {
        for (const text of texts) whatsapp.say(text)
      })
      last = whatsapp.last()
    },
    async repeat() {
      if (last) standIn.repeat(last)
    },
    async editBeforeMessage(before, after) {
      const head = { from: '42', from_user_id: 'BR.42', timestamp: '1700000000' }
      const edit = { original_message_id: 'wamid.early', message: { type: 'text', text: { body: after } } }
      whatsapp.inject({ messages: [{ ...head, id: 'wamid.edit', type: 'edit', edit }] })
      whatsapp.inject({ messages: [{ ...head, id: 'wamid.early', type: 'text', text: { body: before } }] })
      return 'wamid.early'
    },
    edit: async (id, text) => did(whatsapp.edit(id, text)),
    remove: async (id) => did(whatsapp.revoke(id)),
    react: async (id, emoji) => did(whatsapp.react(id, emoji)),
    async receipt(id, state) {
      const message = standIn.ledger.accepted.find((one) => one.id === id)
      if (message) whatsapp.status(message, state)
    },
    sendFile: async (bytes, caption) => void did(whatsapp.send('document', bytes, { name: 'file.pdf', ...(caption && { caption }) })),
    sayUnknown: async () => void did(whatsapp.other({ type: 'hologram', hologram: {} })),
  }
}
