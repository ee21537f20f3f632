import { counted } from './inbound.ts'
import { hammer, median, poster, round } from './load.ts'
import { held, resident, settle } from './memory.ts'
import type { Platform, Platforms } from './platforms.ts'
import { openConsole, openFloor, type Stage, update } from './stage.ts'
import { starts } from './starts.ts'

const connections = 64
/** Further accounts of a kind, among which its memory is divided. */
const accounts = 10

interface Connected extends Platform {
  channelId: string
  webhook: string
}

/**
 * Each kind by itself, from the platform to three consoles: messages a second, one in a delivery and as many as the platform puts into
 * one, against the floor of the same run; and what the first account of a kind costs, which loads its libraries, and each further one. Ends the hub of the stage.
 */
export async function kinds(stage: Stage, platforms: Platforms, count = 2_000, rounds = 3): Promise<string[]> {
  const lines = [`with no account but Telegram's: ${megabytes(resident(stage))} MB resident`]
  for (const platform of platforms.all) {
    const before = await held(stage)
    const connected = await connect(stage, platform)
    const first = await held(stage)
    // Letters and what is asked for cost the stand-in more than the hub.
    const some = platform.delivery ? count : Math.ceil(count / (platform.kind === 'email' ? 20 : 2))
    const single = await rate(stage, connected, some, 1, rounds)
    const batched = platform.most > 1 && platform.delivery ? await rate(stage, connected, some, platform.most, rounds) : null
    const more = await further(stage, platform)
    const way = platform.delivery ? 'one in a delivery' : 'as they are asked for'
    const batches = batched ? `, ${platform.most} in one ${each(batched)}` : ''
    lines.push(
      `${platform.kind}: ${way} ${each(single)}${batches}; the first account holds ${megabytes(first - before)} MB, a further one ${round(more / 1024)} kB`,
    )
  }
  lines.push(`with an account of each kind: ${megabytes(resident(stage))} MB resident`)
  lines.push(await starts(stage))
  return lines
}

const each = ({ hub, floor }: { hub: number; floor: number }) => `${round(hub)}/s (${round(hub / floor, 2)} of the floor)`
const megabytes = (bytes: number) => round(bytes / 1024 / 1024, 1)

async function connect(stage: Stage, platform: Platform, name = platform.kind): Promise<Connected> {
  const { createChannel } = await stage.ask(
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id webhookUrl } ... on Refusal { message field } } }',
    { input: { kind: platform.kind, name, options: platform.options } },
  )
  if (!createChannel.id) throw new Error(`${platform.kind}: ${JSON.stringify(createChannel)}`)
  for (let tries = 0; ; tries += 1) {
    const { channels } = await stage.ask('{ channels { id state reason } }')
    const mine = channels.find(({ id }: { id: string }) => id === createChannel.id)
    if (mine.state === 'connected') break
    if (tries > 300) throw new Error(`${platform.kind} is ${mine.state}: ${mine.reason}`)
    await settle(100)
  }
  return { ...platform, channelId: createChannel.id, webhook: createChannel.webhookUrl.replace('localhost', '127.0.0.1') }
}

/** The same account many times over: each has a connection of its own, whatever the platform thinks of that. */
async function further(stage: Stage, platform: Platform): Promise<number> {
  const before = await held(stage)
  const ids: string[] = []
  for (let n = 0; n < accounts; n += 1) {
    const { createChannel } = await stage.ask(
      'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { message } } }',
      { input: { kind: platform.kind, name: `${platform.kind} ${n}`, options: platform.options } },
    )
    ids.push(createChannel.id)
  }
  await settle(8_000)
  const with10 = await held(stage)
  for (const [n, id] of ids.entries())
    await stage.ask('mutation($id: ID!, $name: String!) { removeChannel(channelId: $id, name: $name) { __typename } }', {
      id,
      name: `${platform.kind} ${n}`,
    })
  await settle(1_000)
  return (with10 - before) / accounts
}

let numbers = 0
async function rate(
  stage: Stage,
  connected: Connected,
  count: number,
  size: number,
  rounds: number,
): Promise<{ hub: number; floor: number }> {
  const hubRates: number[] = []
  const floorRates: number[] = []
  for (let one = 0; one <= rounds; one += 1) {
    const hub = await counted(
      (onFrame) => openConsole(stage, onFrame),
      (text) => (text.includes('"message_received"') ? 1 : 0),
      count,
      () => bring(connected, count, size),
    )
    const post = poster(`${stage.floor}/in`, connections)
    const floor = await counted(
      (onFrame) => openFloor(stage, onFrame),
      () => 1,
      count,
      () => hammer(count, connections, async (n) => ensureOk(await post(update(n)))),
    )
    // The first round warms up.
    if (one > 0) {
      hubRates.push(hub)
      floorRates.push(floor)
    }
  }
  return { hub: median(hubRates), floor: median(floorRates) }
}

async function bring({ webhook, delivery, say }: Connected, count: number, size: number): Promise<number> {
  const first = numbers
  numbers += count
  if (!delivery) {
    for (let n = 0; n < count; n += 1) await say?.(first + n)
    return 0
  }
  const post = poster(webhook, connections)
  return hammer(Math.ceil(count / size), connections, async (n) => {
    const messages = Array.from({ length: Math.min(size, count - n * size) }, (_, at) => first + n * size + at)
    const { body, headers } = delivery(messages)
    ensureOk(await post(body, headers))
  })
}

function ensureOk({ status, text }: { status: number; text: string }): void {
  if (status !== 200) throw new Error(`void: answered ${status} ${text}`)
}
