import { enclose } from './enclosures.ts'
import type { Network } from './networks.ts'
import { createPersona, type Known, type Persona, type Step, strangerOf } from './persona.ts'
import type { Random } from './random.ts'
import type { Sample } from './sample.ts'

export interface Pace {
  /** Customers who are in a conversation at the same time. */
  most: number
  /** Nobody new comes while this many wait for an answer. */
  unanswered: number
  /** Seconds from one arrival to the next: the least and the most. */
  arrivals: readonly [number, number]
  /** All times are multiplied by this: 1 is a human being. */
  factor: number
}
export const humanPace: Pace = { most: 12, unanswered: 5, arrivals: [12, 50], factor: 1 }

export interface Customers {
  /** Of those who come by themselves: how many are in a conversation, and how many of these wait for an answer. */
  count(): { live: number; waiting: number }
  stop(): Promise<void>
}

export interface CustomersOptions {
  network: Network
  sample: Sample
  random: Random
  pace: Pace
  /** Everybody who has ever written on it, by his number, and whether he waits for an answer. */
  known: ReadonlyMap<number, Known>
}

const lookMs = 250

/** Lets the customers of a network come, write, wait, react to what the operators answer, and leave. */
export function playCustomers({ network, sample, random, pace, known }: CustomersOptions): Customers {
  const met = new Map<number, Persona>()
  const ms = (seconds: number) => seconds * 1000 * pace.factor
  const comers = Array.from({ length: Math.min(sample.men.length, sample.women.length) * 2 }, (_, n) => network.firstId + n)
  for (const [id, one] of known) network.meet({ id, firstName: one.name, language: sample.code })
  // Who waited when the demo was ended waits still, lest every start adds as many.
  for (const id of comers) if (known.get(id)?.waiting) met.set(id, strangerOf(id, sample, random, known.get(id), Date.now()))
  let heard = network.heard(0).at(-1)?.n ?? 0
  let nextArrival = Date.now() + ms(3)
  let busy: Promise<void> = Promise.resolve()

  const live = () => comers.flatMap((id) => met.get(id) ?? []).filter((persona) => !persona.hasLeft())
  const waiting = () => live().filter((persona) => persona.isWaiting()).length
  function arrive(now: number): void {
    const away = comers.filter((id) => met.get(id)?.hasLeft() ?? true)
    if (now < nextArrival || live().length >= pace.most || waiting() >= pace.unanswered || away.length === 0) return
    nextArrival = now + ms(random.between(...pace.arrivals))
    const id = random.pick(away)
    const persona = createPersona(id, id - network.firstId, sample, random, now)
    network.meet(persona.customer)
    met.set(id, persona)
  }
  function listen(now: number): void {
    for (const one of network.heard(heard)) {
      heard = one.n
      const persona = met.get(one.to) ?? strangerOf(one.to, sample, random, known.get(one.to), now)
      met.set(one.to, persona)
      network.read(one)
      persona.hear(one.id, now, ms)
    }
  }
  async function act(persona: Persona, step: Step): Promise<void> {
    const { customer } = persona
    if (step.kind === 'react') network.react(customer, step.messageId, step.emoji)
    else if (step.kind === 'edit') network.edit(customer, step.messageId, step.text)
    else if (step.enclosure === 'place')
      persona.said(network.place(customer, sample.place[0] + random.next() / 50, sample.place[1] + random.next() / 50))
    else if (!step.enclosure) persona.said(network.say(customer, step.text))
    else persona.said(network.send(customer, await enclose(step.enclosure, persona.order, random), step.text))
  }
  async function look(): Promise<void> {
    const now = Date.now()
    listen(now)
    arrive(now)
    for (const persona of met.values()) for (const step of persona.due(now, ms)) await act(persona, step)
  }

  const timer = setInterval(() => {
    busy = busy.then(look)
  }, lookMs)
  return {
    count: () => ({ live: live().length, waiting: waiting() }),
    stop: async () => {
      clearInterval(timer)
      await busy
    },
  }
}
