import { expect } from 'vitest'
import { startHub } from '../hub.ts'
import { createMemory, texts } from '../memory.ts'
import { pause, until } from '../wait.ts'
import { type Case, messageTo, type Scene } from './case.ts'

export const lifeCases: Case[] = [
  {
    number: 34,
    title: 'wrong options end in a report that says what to do, not in a storm of attempts',
    unless: ({ never }) => never?.wrong !== undefined && { because: never.wrong, proof: ({ rig }) => expect(rig.wrong).toBeUndefined() },
    async run({ rig, hub, memory, restart }) {
      await hub.stop()
      const before = rig.calls()
      await restart(rig.wrong ?? {})
      const report = await until('it is reported', () => memory.reports.find(({ state }) => state === 'failed' || state === 'logged_out'))
      expect(['relogin', 'reconfigure']).toContain(report.action)
      await pause(300)
      expect(rig.calls() - before).toBeLessThan(20)
    },
  },
  {
    number: 35,
    title: 'a stop during a start, a wait or a send leaves nothing behind, and a new start goes on',
    async run(scene) {
      const { rig, hub, memory, restart } = scene
      hub.post(messageTo(rig, { text: 'on its way' }), 'm')
      rig.fail('slow')
      const sending = hub.drain()
      await until('the send has begun', () => memory.rows.get('m.0')?.state === 'sending')
      await hub.stop()
      await sending
      await stopDuringStart(scene)
      const before = rig.calls()
      await pause(100)
      expect(rig.calls()).toBe(before)
      expect(memory.reports.at(-1)?.state).toBe('stopped')
      await rig.say('meanwhile')
      await restart()
      await until('it goes on', () => texts(memory).includes('meanwhile'))
    },
  },
  {
    number: 36,
    title: 'a platform that goes away is noticed, and the connection comes back by itself',
    async run({ rig, memory }) {
      rig.vanish('reset')
      await until('it is noticed', () => ['disconnected', 'degraded'].includes(memory.reports.at(-1)?.state ?? ''))
      const noticed = memory.reports.length
      const before = rig.calls()
      await until('it was tried again and again', () => rig.calls() > before + 3)
      expect(memory.reports.slice(noticed).filter(({ state }) => state === 'connected')).toEqual([])
      rig.recover()
      await until('it is back', () => memory.reports.at(-1)?.state === 'connected')
      await rig.say('still there?')
      await until('it hears again', () => texts(memory).includes('still there?'))
    },
  },
  {
    number: 37,
    title: 'pairing shows what to scan, renews it, and is asked for again when the device is unlinked',
    unless: ({ pairs }) =>
      !pairs && {
        because: 'the channel is connected by its options alone',
        proof: ({ memory, rig }) => {
          expect(memory.reports.filter(({ pairing }) => pairing)).toEqual([])
          expect(rig.phone).toBeUndefined()
        },
      },
    async run({ rig, memory }) {
      rig.phone?.patient(true)
      const linked = memory.reports.length
      rig.phone?.unlink()
      const since = () => memory.reports.slice(linked)
      const told = await until('the unlinking is told', () => since().find(({ state }) => state === 'logged_out'))
      expect(told.action).toBe('relogin')
      const codes = () => new Set(since().flatMap(({ pairing }) => (pairing?.step === 'qr' ? [pairing.data] : [])))
      await until('a code is shown and renewed', () => codes().size >= 2)
      expect(since().filter(({ pairing }) => pairing && pairing.expiresAt < Date.now() - 60_000)).toEqual([])
      rig.phone?.link()
      await until('it is connected', () => memory.reports.at(-1)?.state === 'connected')
      await rig.say('hello again')
      await until('it hears again', () => texts(memory).includes('hello again'))
    },
  },
  {
    number: 38,
    title: 'a second hub on the same account shows as a conflict, without a storm',
    unless: ({ never }) => never?.conflict !== undefined && { because: never.conflict, proof: bothHear },
    async run({ rig, memory, subject }) {
      if (rig.openElsewhere) {
        await rig.openElsewhere()
        await until('it is told', () => memory.reports.at(-1)?.state === 'conflict')
        const quiet = rig.calls()
        await pause(500)
        expect(rig.calls() - quiet).toBeLessThan(50)
        return
      }
      const other = createMemory()
      const second = await startHub(subject.module, rig.options, other)
      try {
        await until('one of them tells of the conflict', () =>
          [...memory.reports, ...other.reports].some(({ state }) => state === 'conflict'),
        )
        const before = rig.calls()
        await pause(500)
        expect(rig.calls() - before).toBeLessThan(50)
      } finally {
        await second.stop()
      }
    },
  },
  {
    number: 39,
    title: 'health is good, and false when the platform hangs',
    async run({ rig, hub }) {
      expect(await hub.connection.health()).toMatchObject({ ok: true })
      rig.vanish('hang')
      expect(await hub.connection.health()).toMatchObject({ ok: false, note: expect.stringMatching(/\w/) })
      rig.recover()
    },
  },
  {
    number: 40,
    title: 'no log, report or failure holds a secret, and no log a message',
    async run({ rig, hub, memory, restart, subject }) {
      const all = ['down', 'refused', 'lose_reply', 'slow'] as const
      const misfortunes = all.filter((what) => what === 'lose_reply' || what === 'slow' || subject.never?.[what] === undefined)
      for (const what of misfortunes) {
        rig.fail(what)
        hub.post(messageTo(rig, { text: 'private words' }), what)
        await hub.drain()
      }
      await rig.say('private words')
      hub.failCommits(1)
      rig.vanish('reset')
      await until('it is noticed', () => memory.reports.some(({ state }) => state === 'disconnected' || state === 'degraded'))
      rig.recover()
      await hub.stop()
      const away = await restart(rig.unreachable())
      hub.post(messageTo(rig, { text: 'private words' }), 'away')
      await away.drain(50)
      await away.stop()
      await rig.revoke()
      await (await restart()).drain()
      // A code to be scanned is a secret that has to be shown.
      const reports = memory.reports.map((report) => ({ ...report, pairing: undefined }))
      const told = JSON.stringify([memory.log, reports, [...memory.rows.values()].map(({ failure }) => failure)])
      expect(rig.secrets.filter((secret) => told.includes(secret))).toEqual([])
      expect(JSON.stringify(memory.log)).not.toContain('private words')
    },
  },
]

async function bothHear({ rig, memory, subject }: Scene) {
  const other = createMemory()
  const second = await startHub(subject.module, rig.options, other)
  try {
    await rig.say('for both')
    await until('both have heard it', () => [memory, other].every((one) => texts(one).includes('for both')))
    expect([...memory.reports, ...other.reports].filter(({ state }) => state === 'conflict')).toEqual([])
  } finally {
    await second.stop()
  }
}

async function stopDuringStart({ rig, memory, subject }: Scene) {
  rig.vanish('hang')
  const starting = startHub(subject.module, rig.options, memory)
  const ending = pause(30).then(() => rig.recover())
  await (await starting).stop()
  await ending
}
