import { median, poster, quantile, round } from './load.ts'
import { openConsole, openFloor, type Stage, update } from './stage.ts'

/** One event to many consoles: the time until the last of them has it, against a ready-made frame over bare ws. */
export async function fanout(stage: Stage, consoles = 1_000, rounds = 20): Promise<string[]> {
  const hub = await lasts(
    consoles,
    rounds,
    (onFrame) =>
      openConsole(stage, (text) => {
        if (text.includes('"message_received"')) onFrame()
      }),
    () => poster(stage.webhook.url, 1)(update(0, 1), stage.webhook.headers),
  )
  const frame = await sampleFrame(stage)
  const bare = await lasts(
    consoles,
    rounds,
    (onFrame) => openFloor(stage, onFrame),
    () => poster(`${stage.floor}/frame`, 1)(frame),
  )
  return [
    `one event to ${round(consoles)} consoles: last has it after ${round(median(hub.spread), 1)} ms (p90 ${round(quantile(hub.spread, 0.9), 1)}) from the first; ready-made frame over bare ws ${round(median(bare.spread), 1)} ms; ratio ${round(median(hub.spread) / median(bare.spread), 2)} (goal 2.0)`,
    `  from the customer's POST to the last console: ${round(median(hub.total), 1)} ms; bare ${round(median(bare.total), 1)} ms`,
  ]
}

async function lasts(
  consoles: number,
  rounds: number,
  open: (onFrame: () => void) => Promise<{ close(): void }>,
  send: () => Promise<unknown>,
): Promise<{ spread: number[]; total: number[] }> {
  const sockets: { close(): void }[] = []
  let seen = 0
  let first = 0
  let last = 0
  const onFrame = () => {
    last = performance.now()
    if (seen === 0) first = last
    seen += 1
  }
  for (let n = 0; n < consoles; n += 50)
    sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, consoles - n) }, () => open(onFrame)))))
  const spread: number[] = []
  const total: number[] = []
  for (let n = 0; n <= rounds; n += 1) {
    seen = 0
    const began = performance.now()
    await send()
    const late = Date.now() + 20_000
    while (seen < consoles) {
      if (Date.now() > late) throw new Error(`void: ${seen} of ${consoles} consoles saw it`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    if (n > 0) {
      spread.push(last - first)
      total.push(last - began)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  for (const socket of sockets) socket.close()
  await new Promise((resolve) => setTimeout(resolve, 500))
  return { spread, total }
}

/** A frame of the hub's own size for the bare relay. */
async function sampleFrame(stage: Stage): Promise<string> {
  return new Promise((resolve, reject) => {
    openConsole(stage, (text) => resolve(text)).then((socket) => {
      void poster(stage.webhook.url, 1)(update(0, 1), stage.webhook.headers)
      setTimeout(() => socket.close(), 2_000)
    }, reject)
  })
}
