import type { Capabilities } from '@parley/schema/connector'
import { expect } from 'vitest'
import { fileOf, hugeFile, longText, nastyTexts } from '../samples.ts'
import { pause, until } from '../wait.ts'
import { type Case, exactTexts, messageTo, rowOf, type Scene, unlessNever } from './case.ts'

const MB = 1024 * 1024

export const outboundCases: Case[] = [
  {
    number: 18,
    title: 'what an operator writes arrives exactly',
    async run({ rig, hub, memory, subject }) {
      for (const [n, text] of nastyTexts.entries()) hub.post(messageTo(rig, { text }), `m${n}`)
      await hub.drain()
      expect(rig.accepted().map(({ text }) => text)).toEqual(exactTexts(subject))
      expect(rowOf(memory, 'm0.0')).toMatchObject({ state: 'sent', platformId: expect.stringMatching(/./) })
    },
  },
  {
    number: 19,
    title: 'a long text goes out in order, in pieces the platform takes, with no character cut',
    async run({ rig, hub, can }) {
      const text = longText(can.text.max * 2)
      hub.post(messageTo(rig, { text }), 'm')
      await hub.drain()
      const pieces = rig.accepted().map((one) => one.text ?? '')
      expect(pieces.length).toBeGreaterThan(2)
      expect(pieces.join('')).toBe(text)
      expect(pieces.filter((piece) => sizeIn(can, piece) > can.text.max)).toEqual([])
      const cuts = pieces.slice(0, -1).map((_, n) => pieces.slice(0, n + 1).join('').length)
      expect(cuts.filter((cut) => !isBetweenCharacters(text, cut))).toEqual([])
    },
  },
  {
    number: 20,
    title: 'who is told to slow down waits, keeps his place, and holds up no other chat',
    unless: unlessNever('rate'),
    async run({ rig, hub }) {
      const [other] = rig.threads(1)
      rig.fail('rate')
      for (const text of ['first', 'second']) hub.post(messageTo(rig, { text }), text)
      if (other) hub.post({ thread: other, to: { id: other.id }, text: 'elsewhere' }, 'x')
      await hub.drain()
      const accepted = rig.accepted()
      expect(accepted.filter(({ threadId }) => threadId === rig.thread.id).map(({ text }) => text)).toEqual(['first', 'second'])
      expect(accepted[0]?.text).toBe('elsewhere')
    },
  },
  {
    number: 21,
    title: 'an outage of the platform is outlived and the message goes out once',
    unless: unlessNever('down'),
    async run({ rig, hub, memory }) {
      rig.fail('down', 2)
      hub.post(messageTo(rig, { text: 'once' }), 'm')
      await hub.drain()
      expect(rig.accepted().map(({ text }) => text)).toEqual(['once'])
      expect(rowOf(memory, 'm.0')).toMatchObject({ state: 'sent', part: { attempt: 3 } })
    },
  },
  {
    number: 22,
    title: "a refusal for good is shown in the platform's words after one attempt",
    unless: unlessNever('refused'),
    async run({ rig, hub, memory }) {
      rig.fail('refused')
      hub.post(messageTo(rig, { text: 'hello?' }), 'm')
      await hub.drain()
      const row = rowOf(memory, 'm.0')
      expect(row).toMatchObject({
        state: 'failed',
        failure: { code: 'forbidden_by_peer', message: expect.stringMatching(/\w{3}/) },
        part: { attempt: 1 },
      })
      expect(rig.accepted()).toEqual([])
    },
  },
  {
    number: 23,
    title: 'refused credentials hold the queue, say what to do, and lose nothing',
    async run({ subject, rig, hub, memory, restart }) {
      const renewed = await rig.revoke()
      for (const text of ['one', 'two', 'three']) hub.post(messageTo(rig, { text }), text)
      await hub.drain()
      expect(hub.held()).toBe(true)
      const report = await until('the channel is logged out', () => memory.reports.find(({ state }) => state === 'logged_out'))
      expect(['relogin', 'reconfigure']).toContain(report.action)
      await hub.stop()
      const renewedHub = await restart(renewed)
      // While it shows a code it is logged out still, and sending then would hold the queue again.
      if (subject.pairs) await until('the phone is linked again', () => memory.reports.at(-1)?.state === 'connected')
      await renewedHub.drain()
      expect(rig.accepted().map(({ text }) => text)).toEqual(['one', 'two', 'three'])
    },
  },
  {
    number: 24,
    title: 'an answer that was lost is settled or left to a person, and the message is never sent twice',
    async run({ rig, hub, memory, can }) {
      rig.fail('lose_reply')
      hub.post(messageTo(rig, { text: 'exactly once' }), 'm')
      await hub.drain()
      await rig.echo?.()
      expect(rig.accepted().map(({ text }) => text)).toEqual(['exactly once'])
      expect(rowOf(memory, 'm.0').state).toBe(can.idempotency === 'none' ? 'unknown' : 'sent')
    },
  },
  {
    number: 25,
    title: 'a crash in mid-send is settled or left to a person, and the message is never sent twice',
    async run({ rig, hub, memory, can, restart }) {
      rig.fail('slow')
      hub.post(messageTo(rig, { text: 'exactly once' }), 'm')
      const sending = hub.drain()
      await until('the send has begun', () => rowOf(memory, 'm.0').state === 'sending')
      await hub.crash()
      await (await restart()).drain()
      await sending
      await until('the platform has it', () => rig.accepted().length > 0)
      await rig.echo?.()
      expect(rig.accepted().map(({ text }) => text)).toEqual(['exactly once'])
      expect(rowOf(memory, 'm.0').state).toBe(can.idempotency === 'none' ? 'unknown' : 'sent')
    },
  },
  {
    number: 26,
    title: 'a platform that does not answer in time leaves the outcome unknown',
    async run({ rig, hub, memory, can }) {
      rig.fail('slow')
      hub.post(messageTo(rig, { text: 'slowly' }), 'm')
      await hub.drain()
      if (can.idempotency === 'none') expect(rowOf(memory, 'm.0')).toMatchObject({ state: 'unknown', part: { attempt: 1 } })
      await until('the platform has it', () => rig.accepted().length > 0)
      expect(rig.accepted()).toHaveLength(1)
    },
  },
  {
    number: 27,
    title: 'while the platform cannot be reached messages wait, and then go out in order',
    async run({ rig, hub, memory, restart }) {
      await hub.stop()
      const away = await restart(rig.unreachable())
      for (const text of ['one', 'two']) away.post(messageTo(rig, { text }), text)
      await away.drain(300)
      expect(rowOf(memory, 'one.0')).toMatchObject({ state: 'queued', failure: { code: 'network' } })
      expect(rowOf(memory, 'two.0')).toMatchObject({ state: 'queued' })
      await away.stop()
      rig.recover()
      await (await restart()).drain()
      expect(rig.accepted().map(({ text }) => text)).toEqual(['one', 'two'])
    },
  },
  {
    number: 28,
    title: 'files go out byte for byte, with their caption, as an answer to a message',
    async run({ rig, hub, memory, can }) {
      const replyTo = await rig.say('send it, please')
      const { mime, maxBytes, caption } = largestOf(can)
      const large = fileOf(Math.min(12 * MB, maxBytes), mime('application/pdf'), 'договор.pdf')
      const full = fileOf(maxBytes, mime('application/zip'), 'all.zip')
      hub.post(messageTo(rig, { text: 'here', files: [large, full], replyTo }), 'm')
      await hub.drain()
      expect([...memory.rows.values()].flatMap(({ failure }) => failure ?? [])).toEqual([])
      const files = rig.accepted().filter(({ file }) => file)
      const first = rig.accepted()[0]
      expect(first).toMatchObject(caption > 0 ? { caption: 'here', replyTo } : { text: 'here', replyTo })
      expect(files.map(({ file }) => file)).toEqual([large, full].map(({ size, sha256 }) => expect.objectContaining({ size, sha256 })))
    },
  },
  {
    number: 29,
    title: 'what is too large is refused before the platform is asked',
    async run({ rig, hub, memory, can }) {
      const sends = rig.accepted().length
      hub.post(
        messageTo(rig, {
          text: 'all of it',
          files: [fileOf(10, 'image/png', 'a.png'), hugeFile(largestOf(can).maxBytes + 1, 'video/mp4', 'film.mp4')],
        }),
        'm',
      )
      await hub.drain()
      expect(memory.refused.get('m')).toMatchObject({ code: 'too_large', message: expect.stringContaining('film.mp4') })
      expect(memory.rows.size).toBe(0)
      expect(rig.accepted()).toHaveLength(sends)
    },
  },
  {
    number: 30,
    title: 'outside the reply window the operator is told before',
    unless: (_, can) =>
      can.replyWindow === null && {
        because: 'the platform lets one answer at any time',
        proof: (scene) => expect(scene.can.replyWindow).toBeNull(),
      },
    async run({ can }) {
      expect(can.replyWindow?.hours).toBeGreaterThan(0)
    },
  },
  {
    number: 31,
    title: "one's own message can be edited, reacted to and removed; where that is too late it is said",
    unless: (_, can) =>
      [can.edit.out, can.remove.out, can.reactions.out].every((support) => support === 'no') && {
        because: 'what is sent stays as it is',
        proof: ({ hub }) =>
          expect([hub.connection.edit, hub.connection.remove, hub.connection.react]).toEqual([undefined, undefined, undefined]),
      },
    async run({ rig, hub, memory }) {
      hub.post(messageTo(rig, { text: 'helo' }), 'm')
      await hub.drain()
      const target = { thread: rig.thread, id: rowOf(memory, 'm.0').platformId ?? '' }
      const { edit, react, remove } = hub.connection
      if (edit) expect(await edit({ ...target, text: 'hello' })).toMatchObject({ outcome: 'sent' })
      if (edit) expect(rig.accepted()[0]?.text).toBe('hello')
      if (react) for (const emoji of ['👍', null]) expect(await react({ ...target, emoji })).toMatchObject({ outcome: 'sent' })
      if (remove) expect(await remove(target)).toMatchObject({ outcome: 'sent' })
      if (edit)
        expect(await edit({ ...target, text: 'too late' })).toMatchObject({
          outcome: 'failed',
          failure: { message: expect.stringMatching(/\w{3}/) },
        })
    },
  },
  {
    number: 43,
    title: 'a conversation is passed to the inbox of the platform and taken back; a refusal is told in its words and holds up nothing',
    unless: (_, can) =>
      !can.handOver && {
        because: 'the platform has no inbox of its own beside us',
        proof: ({ hub, rig }) => expect([hub.connection.handOver, rig.failHandOver]).toEqual([undefined, undefined]),
      },
    async run({ rig, hub, memory }) {
      await rig.say('hello')
      const pass = (to: 'inbox' | 'hub') => hub.connection.handOver?.({ thread: rig.thread, to })
      rig.failHandOver?.('refused')
      const refused = { outcome: 'failed', scope: 'part', failure: { code: 'not_allowed', message: expect.stringMatching(/\w/) } }
      expect([await pass('inbox'), rig.holder?.()]).toMatchObject([refused, 'hub'])
      expect(memory.reports.at(-1)?.state).toBe('connected')
      for (const to of ['inbox', 'hub'] as const) {
        rig.failHandOver?.('lose_reply')
        expect([(await pass(to))?.outcome, rig.holder?.()]).toEqual(['sent', to])
        expect([(await pass(to))?.outcome, rig.holder?.()]).toEqual(['sent', to])
      }
      await pass('inbox')
      hub.post(messageTo(rig, { text: 'after all' }), 'm')
      await hub.drain()
      expect([rig.accepted().map(({ text }) => text), rig.holder?.()]).toEqual([['after all'], 'hub'])
    },
  },
  {
    number: 32,
    title: 'signs of typing and reading never fail and never hold up a message',
    unless: (_, can) =>
      !can.typing.out &&
      !can.receipts.markRead && {
        because: 'the platform takes neither sign',
        proof: ({ hub }) => expect([hub.connection.typing, hub.connection.markRead]).toEqual([undefined, undefined]),
      },
    async run({ rig, hub }) {
      const { typing, markRead } = hub.connection
      const id = await rig.say('are you there?')
      rig.vanish('hang')
      const signs = [typing?.({ thread: rig.thread, on: true }), markRead?.({ thread: rig.thread, id })]
      await pause(10)
      rig.recover()
      hub.post(messageTo(rig, { text: 'yes' }), 'm')
      await hub.drain()
      expect(rig.accepted().map(({ text }) => text)).toEqual(['yes'])
      await Promise.all(signs)
      rig.vanish('reset')
      await typing?.({ thread: rig.thread, on: true })
      rig.recover()
    },
  },
  {
    number: 33,
    title: 'a crowd of messages to many chats among misfortunes: each goes out once, in the order of its chat, or is listed as unknown',
    async run(scene) {
      const { rig, hub } = scene
      const { messages, chats } = crowdOf(scene)
      const threads = rig.threads(chats)
      rig.plague(0.05)
      for (let n = 0; n < messages; n++) {
        const thread = threads[n % chats] ?? rig.thread
        hub.post({ thread, to: { id: thread.id }, text: String(n) }, `m${n}`)
      }
      await hub.drain(60_000)
      await rig.echo?.()
      allAccountedFor(scene)
    },
  },
]

const crowdOf = ({ subject }: Scene) => subject.crowd ?? { messages: 1000, chats: 50 }

function allAccountedFor(scene: Scene) {
  const { rig, memory, can } = scene
  const { chats } = crowdOf(scene)
  const rows = [...memory.rows.values()]
  expect(rows.filter(({ state }) => state !== 'sent' && state !== 'unknown')).toEqual([])
  if (can.idempotency !== 'none') expect(rows.filter(({ state }) => state === 'unknown')).toEqual([])
  const arrived = rig.accepted().map(({ text }) => Number(text))
  expect(new Set(arrived).size).toBe(arrived.length)
  // What nobody heard of may be carried out late; everything else has its place.
  const known = arrived.filter((n) => memory.rows.get(`m${n}.0`)?.state === 'sent')
  expect(known.length).toBe(rows.filter(({ state }) => state === 'sent').length)
  for (let chat = 0; chat < chats; chat++) {
    const sent = known.filter((n) => n % chats === chat)
    expect(sent).toEqual([...sent].sort((a, b) => a - b))
  }
}

/** The kind of file that may be largest; where there are plain files, any type goes as one. */
function largestOf(can: Capabilities) {
  const [kind, media] =
    Object.entries(can.media).sort(
      ([a, one], [b, other]) => Number(b === 'file') - Number(a === 'file') || other.maxBytes - one.maxBytes,
    )[0] ?? []
  const [first = '*/*'] = media?.mime ?? []
  return { maxBytes: media?.maxBytes ?? 0, caption: media?.caption ?? 0, mime: (wanted: string) => (kind === 'file' ? wanted : first) }
}

function sizeIn({ text }: Capabilities, words: string): number {
  if (text.unit === 'bytes') return Buffer.byteLength(words)
  return text.unit === 'codepoints' ? [...words].length : words.length
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Looks at the surroundings only: segments of a whole long text would take gigabytes. */
function isBetweenCharacters(text: string, cut: number): boolean {
  const from = Math.max(0, cut - 500)
  return segmenter.segment(text.slice(from, cut + 500)).containing(cut - from)?.index === cut - from
}
