import { readdir, readFile } from 'node:fs/promises'
import { createMemory, eventsOf, type MiniHub, pause, setPatience, startHub, texts, until } from '@parley/conformance'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWhatsApp } from '../src/index.ts'
import { createRig, hasty } from './rig.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
setPatience(60_000)

const maria = '79161234567@c.us'
const lid = '200000000000007@lid'

let rig: Awaited<ReturnType<typeof createRig>>
let memory: ReturnType<typeof createMemory>
let hub: MiniHub
const state = () => memory.reports.at(-1)?.state
const connected = () => until('it is connected', () => state() === 'connected')
const codesSince = (length: number) => memory.reports.slice(length).filter(({ pairing }) => pairing)

beforeEach(async () => {
  rig = await createRig()
  memory = createMemory(rig.machine)
})
afterEach(async () => {
  await hub.stop()
  await rig.stop()
})

async function start(options: object = {}) {
  hub = await startHub(createWhatsApp(hasty), options, memory)
}

describe('a linked phone', () => {
  test('is connected again after its browser was killed, with no new code, and hears what was said meanwhile', async () => {
    await start()
    await connected()
    const before = memory.reports.length
    process.kill(await browserOf(rig.machine?.folder ?? ''), 'SIGKILL')
    await until('it is noticed', () => state() === 'disconnected')
    await rig.say('anybody there?')
    await connected()
    await until('it is heard', () => texts(memory).includes('anybody there?'))
    expect(codesSince(before)).toEqual([])
  })

  test('is connected again after its page hung', async () => {
    await start()
    await connected()
    const before = memory.reports.length
    rig.standIn.device.push('hang')
    await until('it is noticed', () => memory.reports.slice(before).some((report) => report.state === 'disconnected'))
    await connected()
    await rig.say('back?')
    await until('it is heard', () => texts(memory).includes('back?'))
    expect(codesSince(before)).toEqual([])
  })

  test('that is lost while it catches up loses nothing, and what is said meanwhile stands behind what was missed', async () => {
    await start()
    await connected()
    await hub.crash()
    const hoursAgo = Date.now() - 2 * 3_600_000
    memory.cursor = String(hoursAgo)
    rig.standIn.sayUnheard('while you were away', { from: maria, t: Math.floor(hoursAgo / 1000) + 60 })
    rig.standIn.fault({ kind: 'history', ms: 20_000 })
    const greeted = rig.standIn.ledger.calls.hello
    await start()
    await until('it is there again', () => rig.standIn.ledger.calls['history.before'] && rig.standIn.ledger.calls.hello !== greeted)
    await rig.say('and now')
    await pause(1_500)
    await hub.crash()
    rig.standIn.clearFaults()
    await start()
    await connected()
    await until('all is heard', () => texts(memory).includes('and now'))
    expect(texts(memory)).toEqual(['while you were away', 'and now'])
  })

  test('is linked by a code typed on the phone where the number is given', async () => {
    rig.phone?.patient(true)
    await start({ phone: '+79990000001' })
    const told = await until('a code is shown', () => memory.reports.find(({ pairing }) => pairing?.step === 'code'))
    expect(told).toMatchObject({ state: 'pairing', pairing: { code: 'STAND1NN' } })
    rig.phone?.link()
    await connected()
    expect(memory.reports.at(-1)?.account).toMatchObject({ id: '79990000001@c.us', name: '+79990000001' })
  })

  test('that nobody links in time keeps no browser running', async () => {
    rig.phone?.patient(true)
    hub = await startHub(createWhatsApp({ ...hasty, pairingMs: 1_000 }), {}, memory)
    const told = await until('it is given up', () => memory.reports.find(({ action }) => action === 'restart'))
    expect(told).toMatchObject({ state: 'logged_out', reason: expect.stringContaining('in time') })
    await until('the browser is gone', () =>
      browserOf(rig.machine?.folder ?? '').then(
        () => false,
        () => true,
      ),
    )
  })

  test('whose browser takes too much memory is started again and loses nothing', async () => {
    await start()
    await connected()
    await until('the memory is known', () => (memory.reports.at(-1)?.memory ?? 0) > 50 * 1024 * 1024)
    await hub.stop()
    const before = memory.reports.length
    const module = createWhatsApp(hasty)
    const options = { ...module.options.parse({}), memoryMb: 50 }
    hub = await startHub({ ...module, options: { parse: () => options } as never }, options, memory)
    const told = await until('it is ended', () => memory.reports.slice(before).find((report) => report.state === 'disconnected'))
    expect(told.reason).toMatch(/MB of memory/)
    await rig.say('through all that')
    await until('it is heard', () => texts(memory).includes('through all that'))
  })
})

describe('what the page tells', () => {
  test('of a person under both names is of one person', async () => {
    await start()
    await connected()
    rig.standIn.say('by number', { from: maria })
    rig.standIn.say('by hidden id', { from: lid })
    await until('both are heard', () => texts(memory).length === 2)
    const heard = eventsOf(memory, 'message')
    expect(new Set(heard.map(({ from }) => from.id))).toEqual(new Set([maria]))
    expect(new Set(heard.map(({ thread }) => thread.id))).toEqual(new Set([maria]))
    expect(heard.map(({ from }) => from.aliases)).toEqual([[lid], [lid]])
    expect(heard[0]?.from.phone).toBe('+79161234567')
  })

  test('before it can read a message is no message; when it can, it is one', async () => {
    await start()
    await connected()
    await rig.standIn.sayLater('readable now', { from: maria }, 300)
    await until('it is heard', () => texts(memory).length > 0)
    expect(texts(memory)).toEqual(['readable now'])
  })

  test('of what was written on the phone itself is shown as that', async () => {
    await start()
    await connected()
    rig.standIn.sayFromPhone(maria, 'from my pocket')
    const heard = await until('it is heard', () => eventsOf(memory, 'message')[0])
    expect(heard).toMatchObject({ by: 'device', text: 'from my pocket', thread: { id: maria } })
  })

  test('of a number nobody has on WhatsApp is a failure for good, in words', async () => {
    await start()
    await connected()
    const nobody = { id: '79000000000@c.us', kind: 'direct' as const }
    hub.post({ thread: nobody, to: { id: nobody.id }, text: 'hello?' }, 'm')
    await hub.drain()
    expect(memory.rows.get('m.0')).toMatchObject({
      state: 'failed',
      failure: { code: 'no_such_peer', message: expect.stringMatching(/not on WhatsApp/) },
    })
    expect(rig.accepted()).toEqual([])
  })

  test('of our own sends comes back as ours, with their ticks, and never as another message', async () => {
    await start()
    await connected()
    hub.post({ thread: rig.thread, to: { id: maria }, text: 'once' }, 'm')
    await hub.drain()
    const [sent] = rig.standIn.ledger.accepted
    rig.standIn.acknowledge(sent?.id ?? '', 2)
    await until('it is delivered', () => eventsOf(memory, 'receipt').some(({ state: told }) => told === 'delivered'))
    await pause(200)
    expect(eventsOf(memory, 'message').map(({ by, partKey }) => ({ by, partKey }))).toEqual([{ by: 'hub', partKey: 'm.0' }])
  })
})

/** The process that has this profile open. */
async function browserOf(folder: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const words = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (
      words.some((word) => word.startsWith('--user-data-dir=') && word.includes(folder)) &&
      !words.some((word) => word.startsWith('--type='))
    )
      return Number(name)
  }
  throw new Error(`No browser has ${folder} open.`)
}
