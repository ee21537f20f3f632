import { createMemory, eventsOf, pause, startHub, texts, until } from '@parley/conformance'
import { type MailStandIn, startMailStandIn } from '@parley/conformance/mail'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rootOf, threadId } from '../src/ids.ts'
import { createEmail } from '../src/index.ts'
import { hasty } from './rig.ts'

/** Nothing is found by looking now and then: only by being told. */
const patient = createEmail({ ...hasty, pingMs: 600_000 })
const maria = 'maria@customer.example'

let mail: MailStandIn
beforeEach(async () => {
  mail = await startMailStandIn()
})
afterEach(() => mail.stop())

test('a letter is heard at once, also after the connection was asked for its health', async () => {
  const memory = createMemory()
  const hub = await startHub(patient, mail.options, memory)
  try {
    expect(await hub.connection.health()).toMatchObject({ ok: true })
    await mail.write({ from: maria, text: 'one' })
    await until('it is heard', () => texts(memory).length === 1)
    expect(await hub.connection.health()).toMatchObject({ ok: true })
    await mail.write({ from: maria, text: 'two' })
    await until('it is heard', () => texts(memory).length === 2)
  } finally {
    await hub.stop()
  }
})

test('a channel begins with what comes after it was connected, and a mailbox numbered anew brings nothing twice', async () => {
  await mail.write({ from: maria, text: 'years ago', at: Date.now() - 3_600_000 })
  const memory = createMemory()
  const hub = await startHub(patient, mail.options, memory)
  await mail.write({ from: maria, text: 'today' })
  await until('it is heard', () => texts(memory).length === 1)
  await hub.stop()
  await mail.write({ from: maria, text: 'meanwhile' })
  mail.world.renumber('INBOX')
  const again = await startHub(patient, mail.options, memory)
  await until('it is heard', () => texts(memory).length === 2)
  await again.stop()
  expect(texts(memory)).toEqual(['today', 'meanwhile'])
})

test('only so much of a letter is fetched as is shown, and its files when they are wanted', async () => {
  const memory = createMemory()
  const hub = await startHub(patient, mail.options, memory)
  try {
    const long = `start ${'word '.repeat(200_000)}`
    await mail.write({
      from: maria,
      text: long,
      html: '<p>start</p>',
      attachments: [{ filename: 'a.bin', content: Buffer.alloc(2_000_000) }],
    })
    const [message] = await until('it is heard', () => (eventsOf(memory, 'message').length > 0 ? eventsOf(memory, 'message') : undefined))
    expect(message?.text?.length).toBeLessThan(70_000)
    expect(message?.media).toMatchObject([{ name: 'a.bin' }, { name: 'letter.html', mime: 'text/html', letter: true }])
    expect(Math.abs((message?.media?.[0]?.size ?? 0) - 2_000_000)).toBeLessThan(2_000)
    expect(memory.journal[0]?.body.length).toBeLessThan(600_000)
  } finally {
    await hub.stop()
  }
})

test('a letter that has gone is told so at once, and its copy follows when the mailbox answers', async () => {
  const memory = createMemory()
  const hub = await startHub(createEmail({ ...hasty, callMs: 120_000, graceMs: 5_000 }), mail.options, memory)
  try {
    mail.fallSilent()
    for (const key of ['m', 'n'])
      hub.post({ thread: { id: threadId(rootOf(key), maria), kind: 'direct' }, to: { id: maria }, text: key }, key)
    await hub.drain()
    expect(['m.0', 'n.0'].map((key) => memory.rows.get(key)?.state)).toEqual(['sent', 'sent'])
    expect(mail.world.folder('Sent')?.letters).toHaveLength(0)
    mail.recover()
    await until('there are copies', () => mail.world.folder('Sent')?.letters.length === 2)
  } finally {
    await hub.stop()
  }
})

test('letters that can come in but not go out are told apart', async () => {
  const memory = createMemory()
  const hub = await startHub(patient, { ...mail.options, smtpPort: 9 }, memory)
  try {
    await until('it is told', () => memory.reports.at(-1)?.state === 'degraded')
    expect(memory.reports.at(-1)?.reason).toContain('none can be sent')
    await mail.write({ from: maria, text: 'heard all the same' })
    await until('it is heard', () => texts(memory).length === 1)
    await pause(50)
    expect(memory.reports.at(-1)?.state).toBe('degraded')
  } finally {
    await hub.stop()
  }
})
