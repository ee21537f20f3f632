import type { MailStandIn } from '@parley/conformance/mail'
import type { Pace } from './customers.ts'
import { nameOf } from './persona.ts'
import type { Random } from './random.ts'
import type { Sample } from './sample.ts'
import { latin } from './scene.ts'

const lookMs = 250
/** Letters come more seldom than messages. */
const slower = 6
/** No further letter comes while so many wait for an answer. */
const unanswered = 2
/** So often somebody writes again when he was answered. */
const rounds = 2

interface Exchange {
  from: { name: string; address: string }
  subject: string
  waits: boolean
  said: number
  /** What is answered, and from when on. */
  answer: { id: string; text: string; references: string; at: number } | null
}

/** Lets customers write letters, and answer those they get. */
export function playLetters({ mail, sample, random, pace }: { mail: MailStandIn; sample: Sample; random: Random; pace: Pace }) {
  const ms = (seconds: number) => seconds * 1000 * pace.factor
  const exchanges = new Map<string, Exchange>()
  let comers = 0
  let heard = 0
  let nextLetter = Date.now() + ms(10)
  let busy: Promise<unknown> = Promise.resolve()

  /** A mailbox is read from the moment somebody listens. */
  const isHeard = () => (mail.ledger.calls.IDLE ?? 0) > 0
  const write = (one: Exchange, more: { text: string; inReplyTo?: string; references?: string }) => {
    one.waits = true
    one.said += 1
    // Numbers would begin anew with every start of the demo.
    return mail.write({ from: one.from, subject: one.subject, messageId: `<${crypto.randomUUID()}@customer.example>`, ...more })
  }
  async function arrive(now: number): Promise<void> {
    const waiting = [...exchanges.values()].filter(({ waits }) => waits).length
    if (!isHeard() || now < nextLetter || waiting >= unanswered) return
    nextLetter = now + ms(slower * random.between(...pace.arrivals))
    const person = nameOf(comers, 7, sample)
    const name = `${person.name} ${person.surname}`
    const { subject, text } = sample.letters[comers % sample.letters.length] ?? { subject: '', text: '' }
    const from = { name, address: `${latin(name.replaceAll(' ', '.'))}.${comers}@customer.example` }
    comers += 1
    const one: Exchange = { from, subject, waits: false, said: 0, answer: null }
    exchanges.set(from.address, one)
    await write(one, { text: `${text}\n${name}` })
  }
  function listen(now: number): void {
    for (const { to, id, text, headers } of mail.ledger.accepted.slice(heard)) {
      heard += 1
      const one = exchanges.get(to)
      if (!one) continue
      one.waits = false
      const references = [headers.references, `<${id}>`].filter(Boolean).join(' ')
      if (one.said < rounds) one.answer = { id, text, references, at: now + ms(random.between(8, 30)) }
    }
  }
  async function look(): Promise<void> {
    const now = Date.now()
    listen(now)
    await arrive(now)
    for (const one of exchanges.values()) {
      if (!one.answer || one.answer.at > now) continue
      const { id, text, references } = one.answer
      one.answer = null
      one.subject = one.subject.startsWith('Re:') ? one.subject : `Re: ${one.subject}`
      const quoted = text
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n')
      await write(one, { text: `${random.pick(sample.thanks)}\n\n${quoted}`, inReplyTo: `<${id}>`, references })
    }
  }

  const timer = setInterval(() => {
    busy = busy.then(look)
  }, lookMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await busy
    },
  }
}
