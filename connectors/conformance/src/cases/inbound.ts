import { createHash } from 'node:crypto'
import type { MediaPosition, MediaRef, MediaStream } from '@parley/schema/connector'
import { expect } from 'vitest'
import { eventsOf, shown, texts } from '../memory.ts'
import { nastyTexts, oddMark, sha256Of } from '../samples.ts'
import { until } from '../wait.ts'
import { type Case, exactTexts, type Scene } from './case.ts'

export const inboundCases: Case[] = [
  {
    number: 1,
    title: 'what a customer writes arrives exactly',
    async run({ rig, memory, subject }) {
      for (const text of nastyTexts) await rig.say(text)
      await until('every text is stored', () => texts(memory).length === nastyTexts.length)
      expect(texts(memory)).toEqual(exactTexts(subject))
    },
  },
  {
    number: 2,
    title: 'a delivery that comes twice is one message',
    async run({ rig, memory }) {
      await rig.say('one')
      await rig.repeat()
      await rig.say('two')
      await rig.quiet()
      expect(texts(memory)).toEqual(['one', 'two'])
    },
  },
  {
    number: 3,
    title: 'all events of one delivery are stored, in order',
    async run({ rig, memory }) {
      const said = Array.from({ length: 30 }, (_, n) => `message ${n}`)
      await rig.sayTogether(said)
      await until('all are stored', () => texts(memory).length === said.length)
      expect(texts(memory)).toEqual(said)
    },
  },
  {
    number: 4,
    title: 'an edit that comes before its message wins over it',
    unless: ({ never }, can) =>
      (!can.edit.in || never?.order !== undefined) && {
        because: never?.order ?? 'the platform does not tell of edits',
        proof: ({ rig }) => expect(rig.editBeforeMessage).toBeUndefined(),
      },
    async run({ rig, memory }) {
      const id = (await rig.editBeforeMessage?.('first words', 'better words')) ?? ''
      const message = await until('the message is stored', () => shown(memory, rig.thread, id))
      await until('the edit is stored', () => eventsOf(memory, 'edit').length === 1)
      expect(message).toMatchObject({ removed: false })
      expect(shown(memory, rig.thread, id)?.text).toBe('better words')
    },
  },
  {
    number: 5,
    title: 'what the database refused is not acknowledged and comes again',
    async run({ rig, memory, hub }) {
      hub.failCommits(3)
      await rig.say('important')
      await rig.say('also important')
      await until('both are stored', () => texts(memory).length === 2)
      expect(texts(memory)).toEqual(['important', 'also important'])
    },
  },
  {
    number: 6,
    title: 'what is said while the hub is down arrives after its start',
    async run({ rig, memory, hub, restart }) {
      await rig.say('before')
      await until('the first is stored', () => texts(memory).length === 1)
      await hub.crash()
      for (const text of ['meanwhile', 'and again']) await rig.say(text)
      await restart()
      await until('all are stored', () => texts(memory).length === 3)
      expect(texts(memory)).toEqual(['before', 'meanwhile', 'and again'])
    },
  },
  {
    number: 7,
    title: 'a lost delivery is found again in the history',
    unless: ({ keepsHistory }) =>
      !keepsHistory && {
        because: 'what was not acknowledged comes again, and the platform is not asked for its history',
        proof: ({ hub, rig }) => expect([hub.connection.backfill, rig.sayUnheard]).toEqual([undefined, undefined]),
      },
    async run({ rig, memory, hub, restart }) {
      await rig.say('heard')
      await until('the first is stored', () => texts(memory).length === 1)
      await rig.sayUnheard?.('lost')
      await hub.stop()
      await restart()
      await until('it is found', () => texts(memory).includes('lost'))
      await rig.say('last')
      await until('it hears again', () => texts(memory).includes('last'))
      expect(texts(memory)).toEqual(['heard', 'lost', 'last'])
    },
  },
  {
    number: 8,
    title: 'malformed deliveries are answered and journaled, and the next one works',
    async run({ rig, memory }) {
      const statuses = await rig.sayMalformed()
      await rig.say('go on')
      await until('the next one is stored', () => texts(memory).includes('go on'))
      expect(statuses.filter((status) => status >= 500)).toEqual([])
      expect(memory.journal.filter(({ body }) => body.includes(oddMark))).not.toEqual([])
    },
  },
  {
    number: 9,
    title: 'content nobody knows is visible as such',
    async run({ rig, memory }) {
      await rig.sayUnknown()
      const message = await until('a message is stored', () => eventsOf(memory, 'message')[0])
      expect(message.unsupported).toMatch(/\w/)
    },
  },
  {
    number: 10,
    title: 'a wrong or missing signature is refused and leaves nothing',
    unless: ({ delivery }) =>
      delivery === 'pull' && {
        because: 'the connector fetches; nobody can deliver',
        proof: ({ rig }) => expect(rig.forge).toBeUndefined(),
      },
    async run({ rig, memory }) {
      const statuses = (await rig.forge?.()) ?? []
      expect(statuses.length).toBeGreaterThan(1)
      expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([])
      expect(memory.events.size + memory.journal.length).toBe(0)
    },
  },
  {
    number: 11,
    title: 'an old delivery played again changes nothing',
    async run({ rig, memory }) {
      await rig.say('once')
      await until('it is stored', () => texts(memory).length === 1)
      for (let n = 0; n < 3; n++) await rig.repeat()
      await rig.say('end')
      await rig.quiet()
      expect(texts(memory)).toEqual(['once', 'end'])
    },
  },
  {
    number: 12,
    title: 'groups are ignored, and where the admin wants them they carry author and title',
    unless: (_, can) =>
      can.groups === 'ignored' && {
        because: 'the platform has no groups for us',
        proof: ({ rig }) => expect(rig.sayInGroup).toBeUndefined(),
      },
    async run({ rig, memory, hub, restart }) {
      await rig.sayInGroup?.('in the group', 'Neighbours')
      await rig.say('in private')
      await until('the private one is stored', () => texts(memory).includes('in private'))
      expect(texts(memory)).toEqual(['in private'])
      await hub.stop()
      await restart(rig.withGroups)
      await rig.sayInGroup?.('again in the group', 'Neighbours')
      const message = await until('the group is heard', () => eventsOf(memory, 'message').find(({ text }) => text === 'again in the group'))
      expect(message).toMatchObject({ thread: { kind: 'group', title: 'Neighbours' }, from: { id: rig.thread.id } })
    },
  },
  {
    number: 13,
    title: 'edits, removals, reactions and receipts arrive, as far as the platform tells',
    async run(scene) {
      const id = await scene.rig.say('first')
      await until('it is stored', () => shown(scene.memory, scene.rig.thread, id))
      await hearEdit(scene, id)
      await hearReactions(scene, id)
      await hearRemoval(scene, id)
      await hearReceipts(scene)
    },
  },
  {
    number: 14,
    title: 'files arrive byte for byte, a passing failure passes, and what is lost or too large is gone with a reason',
    async run(scene) {
      const bytes = new Uint8Array(1024 * 1024).map((_, n) => n % 251)
      await scene.rig.sendFile(bytes, 'look')
      const ref = await firstMedia(scene)
      scene.rig.fail('download', 2)
      const open = () => scene.hub.connection.openMedia?.(ref, AbortSignal.timeout(10_000))
      await expect(open()).rejects.toThrow()
      await expect(open()).rejects.toThrow()
      const opened = await open()
      if (!opened || 'gone' in opened) throw new Error('The file is gone.')
      expect(await sha256Of(opened.body)).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(eventsOf(scene.memory, 'message')[0]).toMatchObject({ text: 'look' })
      scene.rig.loseFiles()
      expect(await open()).toMatchObject({ gone: true, reason: expect.stringMatching(/\w/) })
      await hugeIsGone(scene)
    },
  },
  {
    number: 41,
    title: 'a file that broke off goes on where it ended, and begins anew where the platform cannot',
    unless: ({ never }) => never?.range !== undefined && { because: never.range, proof: ({ rig }) => expect(rig.breakOff).toBeUndefined() },
    async run(scene) {
      const bytes = new Uint8Array(1024 * 1024).map((_, n) => n % 251)
      await scene.rig.sendFile(bytes, 'look')
      const ref = await firstMedia(scene)
      for (const then of ['goes_on', 'starts_anew'] as const) {
        scene.rig.breakOff?.(300_000, then)
        const first = await open(scene, ref)
        const head = await asFarAsItGoes(first.body)
        expect(head.byteLength).toBe(300_000)
        const rest = await open(scene, ref, { bytes: head.byteLength, ...(first.mark && { mark: first.mark }) })
        expect([rest.from ?? 0, rest.size]).toEqual([then === 'goes_on' ? head.byteLength : 0, bytes.byteLength])
        const whole = Buffer.concat([head.subarray(0, rest.from ?? 0), await asFarAsItGoes(rest.body)])
        expect(whole.equals(bytes)).toBe(true)
      }
      const changed = await open(scene, ref, { bytes: 300_000, mark: '"another file"' })
      expect(changed.from ?? 0).toBe(0)
      const ended = await open(scene, ref, { bytes: bytes.byteLength })
      expect(ended.from ?? 0).toBe(0)
      await Promise.all([changed, ended].map(({ body }) => body.cancel()))
    },
  },
  {
    number: 42,
    title: 'who has the conversation is told, an answer takes it, and nothing automatic does',
    unless: ({ shares }) =>
      !shares && {
        because: 'no other program of the platform shares a conversation with us',
        proof: ({ rig }) => expect(rig.handOver).toBeUndefined(),
      },
    async run({ rig, memory, hub }) {
      await rig.say('hello')
      const holders = () => eventsOf(memory, 'control').map(({ by, asked }) => (asked ? 'asked' : by))
      await rig.handOver?.('ask')
      await rig.handOver?.('take')
      await rig.handOver?.('stand_by', 'still me')
      await until('both are told', () => holders().includes('asked') && holders().at(-1) === 'app')
      const said = () => eventsOf(memory, 'message').flatMap(({ by, text, elsewhere }) => (by === 'peer' ? [[text, elsewhere]] : []))
      await until('it was heard', () => said().length === 2)
      expect(said()).toEqual([
        ['hello', false],
        ['still me', true],
      ])
      const to = { thread: rig.thread, to: { id: rig.thread.id } }
      hub.post({ ...to, text: 'by itself', automatic: true }, 'auto')
      await hub.drain()
      expect([rig.accepted(), memory.rows.get('auto.0')?.state]).toEqual([[], 'failed'])
      hub.post({ ...to, text: 'by a person' }, 'person')
      await hub.drain()
      expect(rig.accepted().map(({ text }) => text)).toEqual(['by a person'])
      await until('it is ours', () => holders().at(-1) === 'hub')
      await rig.handOver?.('take')
      await rig.handOver?.('give_back')
      await until('it is given back', () => holders().slice(-2).join() === 'app,hub')
    },
  },
  {
    number: 15,
    title: 'the pictures of one album belong together',
    unless: ({ never }) =>
      never?.album !== undefined && { because: never.album, proof: ({ rig }) => expect(rig.sendAlbum).toBeUndefined() },
    async run({ rig, memory }) {
      expect(rig.sendAlbum).toBeDefined()
      await rig.sendAlbum?.(3)
      const pictures = () => eventsOf(memory, 'message').flatMap(({ media }) => media ?? [])
      await until('all are stored', () => pictures().length === 3)
      const albums = eventsOf(memory, 'message').map(({ albumId }) => albumId)
      // Some platforms put them all into one message.
      if (albums.length === 1) return
      expect(albums[0]).toMatch(/\w/)
      expect(new Set(albums).size).toBe(1)
    },
  },
  {
    number: 16,
    title: 'a webhook body over the limit is refused',
    unless: () => ({
      because: 'the door of the hub reads the bytes; a connector only judges them',
      proof: ({ subject }) => expect(Object.keys(subject.module.webhook ?? { verify: 0 })).toEqual(['verify']),
    }),
    run: async () => {},
  },
  {
    number: 17,
    title: 'a platform clock at zero or far ahead loses nothing',
    async run({ rig, memory }) {
      const ahead = Date.UTC(2100, 0, 1)
      await rig.say('no time', { at: 0 })
      await rig.say('next century', { at: ahead })
      await rig.say('now')
      await until('all are stored', () => texts(memory).length === 3)
      expect(
        eventsOf(memory, 'message')
          .map(({ at }) => at)
          .slice(0, 2),
      ).toEqual([0, ahead])
    },
  },
]

async function open({ hub }: Scene, ref: MediaRef, position?: MediaPosition): Promise<MediaStream> {
  const opened = await hub.connection.openMedia?.(ref, AbortSignal.timeout(10_000), position)
  if (!opened || 'gone' in opened) throw new Error('The file is gone.')
  return opened
}

/** What comes before a stream ends or breaks off. */
async function asFarAsItGoes(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
  } catch {}
  return Buffer.concat(chunks)
}

async function hearEdit({ rig, memory, can }: Scene, id: string) {
  expect(Boolean(rig.edit)).toBe(can.edit.in)
  if (!rig.edit) return
  await rig.edit(id, 'second')
  await until('the edit is stored', () => shown(memory, rig.thread, id)?.text === 'second')
}

async function hearReactions({ rig, memory, can }: Scene, id: string) {
  expect(Boolean(rig.react)).toBe(can.reactions.in)
  if (!rig.react) return
  for (const emoji of ['👍', '❤', null]) {
    await rig.react(id, emoji)
    await until(`the reaction is ${emoji}`, () => Object.values(shown(memory, rig.thread, id)?.reactions ?? {}).join() === (emoji ?? ''))
  }
}

async function hearRemoval({ rig, memory, can }: Scene, id: string) {
  expect(Boolean(rig.remove)).toBe(can.remove.in)
  if (!rig.remove) return
  await rig.remove(id)
  await until('the removal is stored', () => shown(memory, rig.thread, id)?.removed)
}

async function hearReceipts({ rig, memory, can, hub }: Scene) {
  expect(Boolean(rig.receipt)).toBe(can.receipts.delivered || can.receipts.read)
  if (!rig.receipt) return
  hub.post({ thread: rig.thread, to: { id: rig.thread.id }, text: 'seen?' }, 'm')
  await hub.drain()
  await rig.receipt(memory.rows.get('m.0')?.platformId ?? '', 'read')
  await until('the receipt is stored', () => eventsOf(memory, 'receipt').some(({ state }) => state === 'read'))
}

async function firstMedia({ memory }: Scene) {
  const message = await until('a message with a file is stored', () => eventsOf(memory, 'message').find(({ media }) => media?.length))
  const ref = message.media?.[0]
  if (!ref) throw new Error('The message has no file.')
  return ref
}

async function hugeIsGone({ rig, memory, hub, can }: Scene) {
  expect(Boolean(rig.sendHugeFile)).toBe(can.inboundMaxBytes !== undefined)
  if (!rig.sendHugeFile) return
  const before = memory.events.size
  await rig.sendHugeFile()
  await until('the huge one is stored', () => memory.events.size > before)
  const ref = eventsOf(memory, 'message').at(-1)?.media?.[0]
  if (!ref) throw new Error('The message has no file.')
  expect(await hub.connection.openMedia?.(ref, AbortSignal.timeout(10_000))).toMatchObject({
    gone: true,
    reason: expect.stringMatching(/\w/),
  })
}
