import type { Host, InboundEvent } from '@parley/schema/connector'
import type { Heard } from './heard.ts'
import { parse } from './inbound.ts'
import type { WhatsAppOptions } from './options.ts'
import { pause } from './pause.ts'

/** What was heard is stored in its order, each until it is durable: the page tells nothing twice. */
export function createIntake(host: Host<WhatsAppOptions>, timing: { retryMs: number; retryMaxMs: number }) {
  let storing = Promise.resolve()
  let latest = 0
  /** Until all that was missed is stored the place in time stays: a hub that ends before that begins there again. */
  let isBehind = true

  async function store(heard: Heard) {
    const events = parse(heard, host.options)
    latest = Math.max(latest, ...events.map(momentOf))
    const input = { events, delivery: { body: JSON.stringify(heard) }, ...(latest > 0 && !isBehind && { cursor: String(latest) }) }
    for (let wait = timing.retryMs; !host.signal.aborted; wait = Math.min(wait * 2, timing.retryMaxMs)) {
      const done = await host.commit(input).then(
        () => true,
        (error) => {
          host.log.warn('what was heard could not be stored yet', { why: error instanceof Error ? error.message : '' })
          return false
        },
      )
      if (done) return
      await pause(wait)
    }
  }

  return {
    take(heard: Heard) {
      storing = storing.then(() => store(heard))
    },
    /** From here on something may be missed. */
    fallBehind() {
      storing = storing.then(() => {
        isBehind = true
      })
    },
    /** What was taken so far is all there was to tell. */
    caughtUp() {
      storing = storing.then(async () => {
        isBehind = false
        if (latest > 0) await host.commit({ events: [], cursor: String(latest) }).catch(() => {})
      })
    },
    /** When everything taken so far is durable, or the hub is gone. */
    settled: () => storing,
    /** From when on messages may be missing, in milliseconds; undefined before the first one. */
    async since(): Promise<number | undefined> {
      const cursor = await host.cursor()
      if (cursor === undefined) return undefined
      latest = Math.max(latest, Number(cursor))
      return Number(cursor)
    },
    /** Nothing from before this moment is of interest. */
    begin: async (moment: number) => {
      latest = moment
      await host.commit({ events: [], cursor: String(moment) })
    },
  }
}

/** A clock that is ahead must not hide what comes after it. */
const momentOf = (event: InboundEvent): number => (event.type === 'message' ? Math.min(event.at, Date.now()) : 0)
