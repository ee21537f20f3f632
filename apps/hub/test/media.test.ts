import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { systemOf } from '../src/work.ts'
import { type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import { chatOf, connectBot, startWithTelegram, type TelegramStandIn, untilState } from './support/telegram.ts'

let telegram: TelegramStandIn
let hub: TestHub
let ada: Person
let drop: () => Promise<void>

let bot: string

beforeAll(async () => {
  ;({ telegram, hub, drop } = await startWithTelegram())
  ada = await setUp(hub)
  bot = await connectBot(ada, telegram)
})
afterAll(() => drop())

const again = (messageId: string, person = ada) =>
  person.get('mutation($id: ID!) { fetchFilesAgain(messageId: $id) { __typename ... on Message { id } ... on Refusal { code } } }', {
    id: messageId,
  })

async function fileIn(text: string, state: string) {
  const chatId = await chatOf(ada, text)
  return untilTrue(async () => {
    const { chat } = await ada.get(
      'query($id: ID!) { chat(id: $id) { timeline(last: 20) { edges { node { ... on Message { id text files { id state size goneReason url } } } } } } }',
      { id: chatId },
    )
    const message = chat.timeline.edges.map(({ node }: any) => node).find((node: any) => node.text === text)
    return message?.files[0]?.state === state ? message : undefined
  }, 20_000)
}

describe('a file the platform does not hand out', () => {
  test('is called gone with its reason, and is fetched whole once an operator asks again and the platform has it', async () => {
    const bytes = Buffer.from('The bill of the spokes, whole.')
    const kept = new Set(telegram.fileIds())
    telegram.fault({ kind: 'slow', ms: 300, method: 'getFile' })
    telegram.send('document', bytes, { name: 'bill.txt', caption: 'My bill', from: 801 })
    const file = telegram.fileIds().find((id) => !kept.has(id)) ?? ''
    telegram.loseFile(file)
    const lost = await fileIn('My bill', 'gone')
    expect(lost.files[0]).toMatchObject({ url: null, goneReason: expect.stringContaining('temporarily unavailable') })

    await again(lost.id)
    expect((await fileIn('My bill', 'gone')).files[0].goneReason).toContain('temporarily unavailable')
    telegram.findFile(file)
    expect((await again(lost.id)).fetchFilesAgain).toEqual({ __typename: 'Message', id: lost.id })
    const { files } = await fileIn('My bill', 'stored')
    expect(files[0]).toMatchObject({ size: bytes.length, goneReason: null })
    const answer = await fetch(new URL(files[0].url, hub.url), { headers: { cookie: ada.cookie } })
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes)
  })

  test('that is there stays there, whoever asks again', async () => {
    telegram.send('document', Buffer.from('here'), { name: 'here.txt', caption: 'It is here', from: 802 })
    const { id, files } = await fileIn('It is here', 'stored')
    await again(id)
    expect((await fileIn('It is here', 'stored')).files[0].id).toBe(files[0].id)
  })
})

describe('a file whose fetch breaks off', () => {
  const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, n) => n % 251))
  const fetched = async (text: string) => {
    const { files } = await fileIn(text, 'stored')
    const answer = await fetch(new URL(files[0].url, hub.url), { headers: { cookie: ada.cookie } })
    return Buffer.from(await answer.arrayBuffer()).equals(bytes)
  }

  test('goes on where it ended: it arrives whole over a line that never carries all of it', async () => {
    telegram.fault({ kind: 'break_off', bytes: 300_000, probability: 1 })
    telegram.send('document', bytes, { name: 'plan.bin', caption: 'The plan', from: 803 })
    expect(await fetched('The plan')).toBe(true)
    telegram.clearFaults()
  })

  test('begins anew where the platform hands out whole files only', async () => {
    telegram.fault({ kind: 'break_off', bytes: 300_000 })
    telegram.fault({ kind: 'whole' })
    telegram.send('document', bytes, { name: 'plan.bin', caption: 'The second plan', from: 804 })
    expect(await fetched('The second plan')).toBe(true)
  })

  test('does not hold up those that came after it', async () => {
    telegram.fault({ kind: 'slow', ms: 60_000, method: 'download', times: 1 })
    telegram.send('document', bytes, { name: 'slow.bin', caption: 'A slow one', from: 805 })
    await fileIn('A slow one', 'fetching')
    for (const n of [1, 2, 3, 4]) telegram.send('document', bytes, { name: 'plan.bin', caption: `Behind it ${n}`, from: 805 + n })
    for (const n of [1, 2, 3, 4]) expect(await fetched(`Behind it ${n}`)).toBe(true)
  })
})

test('of the files that wait, those that the platform keeps least are fetched first', async () => {
  const workspaceId = (await ada.get('{ workspace { id } }')).workspace.id as string
  const pause = (paused: boolean) =>
    ada.get('mutation($id: ID!, $p: Boolean!) { updateChannel(channelId: $id, paused: $p) { __typename } }', { id: bot, p: paused })
  await pause(true)
  await untilState(ada, bot, 'stopped')
  telegram.send('document', Buffer.from('the one there is'), { name: 'a.bin', from: 820 })
  const ref = telegram.fileIds().at(-1) ?? ''
  const hours = [null, 5, 1, 4, 2, 3]
  const soon = Date.now()
  const events = hours.map((hour, n) => ({
    type: 'message' as const,
    key: `kept ${n}`,
    id: `kept ${n}`,
    at: soon,
    thread: { id: '820', kind: 'direct' as const },
    from: { id: '820' },
    by: 'peer' as const,
    text: `Kept for ${hour} hours`,
    media: [{ ref, kind: 'file' as const, name: `${hour}`, ...(hour !== null && { expiresAt: soon + hour * 3_600_000 }) }],
  }))
  await hub.works.work(systemOf(workspaceId), (work) => receive(work, [{ channelId: bot, events }]))
  // None that was begun ends, so that no other takes its place.
  telegram.fault({ kind: 'slow', ms: 60_000, method: 'download', probability: 1 })
  await pause(false)
  const begun = () =>
    hub.works.read(
      systemOf(workspaceId),
      (work) =>
        work.sql<
          { name: string }[]
        >`select name from files where workspace_id = ${workspaceId} and channel_id = ${bot} and attempts > 0 and state = 'fetching'
        and (source ->> 'ref') = ${ref} and name <> 'a.bin' order by name`,
    )
  expect((await untilTrue(async () => ((await begun()).length >= 3 ? begun() : undefined), 20_000)).map(({ name }) => name)).toEqual([
    '1',
    '2',
    '3',
  ])
  telegram.clearFaults()
})
