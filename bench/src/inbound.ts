import { connect } from '../../apps/hub/src/db/connect.ts'
import { cpuMs, hammer, median, poster, quantile, round, steady } from './load.ts'
import { openConsole, openFloor, type Stage, update } from './stage.ts'

const connections = 64

/** Durable inbound messages per second, webhook to three consoles, against the floor, interleaved. */
export async function inboundRate(stage: Stage, count = 6_000, rounds = 3): Promise<string[]> {
  const hubRates: number[] = []
  const floorRates: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const hub = await counted(
      (onFrame) => openConsole(stage, onFrame),
      (text) => (text.includes('"message_received"') ? 1 : 0),
      count,
      async () => {
        const post = poster(stage.webhook.url, connections)
        return hammer(count, connections, async (n) => ensureOk(await post(update(n), stage.webhook.headers)))
      },
    )
    const floor = await counted(
      (onFrame) => openFloor(stage, onFrame),
      () => 1,
      count,
      async () => {
        const post = poster(`${stage.floor}/in`, connections)
        return hammer(count, connections, async (n) => ensureOk(await post(update(n))))
      },
    )
    // The first round warms up.
    if (round > 0) {
      hubRates.push(hub)
      floorRates.push(floor)
    }
  }
  const [hub, floor] = [median(hubRates), median(floorRates)]
  return [`inbound, 3 consoles: ${round(hub)} messages/s; floor ${round(floor)}; ratio ${round(hub / floor, 2)} (goal 0.3, aim 1.0)`]
}

/** Sends, then waits until each of three consoles has counted everything; the rate to the last frame. */
export async function counted(
  open: (onFrame: (text: string) => void) => Promise<{ close(): void }>,
  weigh: (text: string) => number,
  count: number,
  send: () => Promise<number>,
): Promise<number> {
  const seen = [0, 0, 0]
  const sockets = await Promise.all(
    seen.map((_, n) =>
      open((text) => {
        seen[n] = (seen[n] ?? 0) + weigh(text)
      }),
    ),
  )
  const began = performance.now()
  await send()
  const late = Date.now() + 60_000
  while (seen.some((one) => one < count)) {
    if (Date.now() > late) throw new Error(`void: consoles saw ${seen.join(', ')} of ${count}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  if (seen.some((one) => one !== count)) throw new Error(`void: consoles saw ${seen.join(', ')} of ${count}`)
  const rate = count / ((performance.now() - began) / 1000)
  for (const socket of sockets) socket.close()
  return rate
}

/**
 * From the customer's POST to the frame on the operator's screen, at an even rate, against a bare relay; the median of the
 * rounds. A round before them warms up, and ends with what PostgreSQL does by itself within its first minute: it counts the rows.
 */
export async function latency(stage: Stage, perSecond = 200, seconds = 20, rounds = 3): Promise<string[]> {
  const ofHub = () =>
    latencies(
      (onFrame) => openConsole(stage, onFrame),
      async (text) => ensureOk(await poster1(stage)(text, stage.webhook.headers)),
      perSecond,
      seconds,
    )
  const ofRelay = () =>
    latencies(
      (onFrame) => openFloor(stage, onFrame),
      async (text) => ensureOk(await relay1(stage)(text)),
      perSecond,
      seconds,
    )
  await ofHub()
  await analyze(stage)
  const hub: number[][] = []
  const relay: number[][] = []
  const each: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = cpuMs(stage.hubProcess.pid)
    hub.push(await ofHub())
    each.push((cpuMs(stage.hubProcess.pid) - before) / (perSecond * seconds))
    relay.push(await ofRelay())
  }
  const middle = (all: number[][], q: number) => median(all.map((values) => quantile(values, q)))
  const line = (all: number[][]) => `p50 ${round(middle(all, 0.5), 1)} ms, p99 ${round(middle(all, 0.99), 1)} ms`
  return [
    `customer → screen at ${perSecond}/s: ${line(hub)} (goal 15 / 60; p50 of the rounds ${hub.map((values) => round(quantile(values, 0.5), 1)).join(', ')}), ${round(median(each), 2)} ms of the hub's processor each; bare relay ${line(relay)}; ratio p99 ${round(middle(hub, 0.99) / middle(relay, 0.99), 1)}`,
  ]
}

async function analyze(stage: Stage): Promise<void> {
  const sql = connect(stage.databaseUrl, { max: 1, onnotice: () => {} })
  await sql.unsafe('vacuum analyze')
  await sql.end()
}

let hubPoster: ReturnType<typeof poster> | undefined
let relayPoster: ReturnType<typeof poster> | undefined
const poster1 = (stage: Stage) => (hubPoster ??= poster(stage.webhook.url, connections))
const relay1 = (stage: Stage) => (relayPoster ??= poster(`${stage.floor}/frame`, connections))

export async function latencies(
  open: (onFrame: (text: string) => void) => Promise<{ close(): void }>,
  send: (text: string) => Promise<unknown>,
  perSecond: number,
  seconds: number,
): Promise<number[]> {
  const sent = new Map<string, number>()
  const values: number[] = []
  const socket = await open((frame) => {
    const key = /Message (\d+):/.exec(frame)?.[1]
    const at = key && sent.get(key)
    if (!key || at === undefined || (frame.includes('"event"') && !frame.includes('"message_received"'))) return
    values.push(performance.now() - Number(at))
    sent.delete(key)
  })
  await steady(perSecond * seconds, perSecond, (n) => {
    const text = update(n)
    sent.set(/Message (\d+):/.exec(text)?.[1] ?? '', performance.now())
    return send(text)
  })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  socket.close()
  if (sent.size > 0) throw new Error(`void: ${sent.size} messages were not shown`)
  return values.slice(perSecond * 5)
}

function ensureOk({ status, text }: { status: number; text: string }): void {
  if (status !== 200) throw new Error(`void: answered ${status} ${text}`)
}
