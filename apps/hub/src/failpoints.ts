import { writeSync } from 'node:fs'

/** Places where a fault test may end this process, or leave out what stands behind the place. */
export const failpoints = [
  /** A delivery was read and verified; nothing of it is written. */
  'intake.read',
  /** Any work that tells events: all is written, nothing committed. */
  'work.beforeCommit',
  /** Committed; nobody was woken and no answer given. */
  'work.committed',
  /** A part is marked "sending"; the platform has heard nothing of it. */
  'outbound.claimed',
  /** The platform answered; the outcome is not written. */
  'outbound.sent',
  /** A piece of a file has come and is noted; the next has not. */
  'media.piece',
  /** A fetched file is stored; its row does not say so. */
  'media.stored',
  /** A wake-up is about to be told. */
  'bus.wake',
  /** The look of a reader who heard no wake-up. */
  'feed.look',
] as const
export type Failpoint = (typeof failpoints)[number]

interface Fault {
  action: 'kill' | 'skip'
  at: number
  every: boolean
  passes: number
}
const form = /^(kill|skip)@([\w.]+)(?::(\d+)(\+)?)?$/
let armed: Map<Failpoint, Fault> | undefined

/** True for `<kill|skip>@<point>[:<pass>[+]]` with commas: the pass (default 1) at which it strikes, `+` for every later one too. */
export const areFailpoints = (text: string): boolean =>
  text.split(',').every((one) => {
    const [, , point] = form.exec(one) ?? []
    return point !== undefined && (failpoints as readonly string[]).includes(point)
  })

/** Arms the failpoints of this process; an empty text disarms them all. */
export function armFailpoints(text: string): void {
  const faults =
    text === ''
      ? []
      : text.split(',').map((one): [Failpoint, Fault] => {
          const [, action, point, at, plus] = form.exec(one) ?? []
          return [point as Failpoint, { action: action as Fault['action'], at: Number(at ?? 1), every: plus === '+', passes: 0 }]
        })
  armed = faults.length > 0 ? new Map(faults) : undefined
}

/** Marks a place. True: leave out what stands behind it. */
export function passes(point: Failpoint): boolean {
  return armed === undefined ? false : strike(point)
}

function strike(point: Failpoint): boolean {
  const fault = armed?.get(point)
  if (!fault) return false
  fault.passes += 1
  if (fault.passes !== fault.at && !(fault.every && fault.passes > fault.at)) return false
  // Before the end, and at once: a test must be able to prove that its fault struck.
  if (fault.passes === fault.at) writeSync(1, `failpoint ${fault.action}@${point}:${fault.passes}\n`)
  if (fault.action === 'kill') process.kill(process.pid, 'SIGKILL')
  return fault.action === 'skip'
}
