import type { Guest, MessageId } from './networks.ts'
import type { Random } from './random.ts'
import type { Gender, Sample } from './sample.ts'
import { type Enclosure, gendered, type Line, latin, readScenes, type Setting, settingOf, wordsOf } from './scene.ts'

/** What a customer does next. */
export type Step =
  | { kind: 'say'; text: string; enclosure?: Enclosure }
  | { kind: 'edit'; messageId: MessageId; text: string }
  | { kind: 'react'; messageId: MessageId; emoji: string }

/** A customer as the hub knows him from before. */
export interface Known {
  name: string
  waiting: boolean
}
/** Makes milliseconds of seconds, at the pace of the demo. */
type Ms = (seconds: number) => number

/** Someone in a conversation: he says his lines, waits for the operator's, and goes when there is nothing left to say. */
export interface Persona {
  customer: Guest
  order: string
  isWaiting(): boolean
  hasLeft(): boolean
  /** The operator wrote to him. */
  hear(messageId: MessageId, now: number, ms: Ms): void
  /** What he does now. */
  due(now: number, ms: Ms): Step[]
  /** His last words got this number. */
  said(messageId: MessageId): void
}

const emojis = ['👍', '❤️', '🙏', '😊', '🔥']
/** After this long without an answer he asks. Seconds. */
const patience = 240

/** Women and men by turns. `stride`: through the surnames, so that the customers of two channels are other people. */
export function nameOf(n: number, stride: number, sample: Sample): { gender: Gender; name: string; surname: string } {
  const gender: Gender = n % 2 === 0 ? 'f' : 'm'
  const names = gender === 'f' ? sample.women : sample.men
  const surname = gendered(sample.surnames[(n * stride) % sample.surnames.length] ?? '', gender)
  return { gender, name: names[(n >> 1) % names.length] ?? '', surname }
}

/** One of those who come by themselves: the same number is always the same person. */
export function createPersona(id: number, n: number, sample: Sample, random: Random, now: number): Persona {
  const { gender, name, surname } = nameOf(n, 5, sample)
  const customer = { id, firstName: name, lastName: surname, username: `${latin(name)}_${latin(surname)}`, language: sample.code }
  const { lines } = random.pick(readScenes(sample.scenes))
  return perform(customer, settingFor(sample, random, name, gender), lines, { speaksAt: now, waitsSince: null })
}

/** Someone of the past to whom the operators write again: he has no story, but he answers. */
export function strangerOf(id: number, sample: Sample, random: Random, known: Known | undefined, now: number): Persona {
  const [name = ''] = known?.name.split(' ') ?? []
  const lines = readScenes(`# support\n<\n> ${random.pick(sample.further)}\n<\n> {thanks}`)[0]?.lines ?? []
  const setting = settingFor(sample, random, name, sample.women.includes(name) ? 'f' : 'm')
  return perform({ id, firstName: known?.name ?? '', language: sample.code }, setting, lines, {
    speaksAt: null,
    waitsSince: known?.waiting ? now : null,
  })
}

/** The customer's side alone is spoken: the operators are real. */
const settingFor = (sample: Sample, random: Random, name: string, gender: Gender): Setting =>
  settingOf(sample, random, { name, gender }, { name: sample.company, gender })

const isOwn = (line: Line | undefined): boolean => line?.kind === 'edit' || (line?.kind === 'say' && line.by === 'customer')

function perform(customer: Guest, setting: Setting, lines: Line[], begin: { speaksAt: number | null; waitsSince: number | null }): Persona {
  const { random, sample } = setting
  let { speaksAt, waitsSince } = begin
  let asked = speaksAt === null
  let place = 0
  let lastOwn: MessageId | undefined
  let reactions: { at: number; step: Step }[] = []

  /** Over the operator's lines to one's own next ones; answers with the reaction that stands between. */
  function skipOthers(): string | undefined {
    let emoji: string | undefined
    for (; place < lines.length && !isOwn(lines[place]); place++) {
      const line = lines[place]
      if (line?.kind === 'react') emoji = line.emoji
    }
    return emoji
  }
  function speak(now: number, ms: Ms): Step[] {
    const line = lines[place++]
    const goesOn = isOwn(lines[place])
    speaksAt = goesOn ? now + ms(random.between(3, 8)) : null
    // After his last words he expects nothing.
    if (!goesOn && lines.slice(place).some(isOwn)) waitsSince = now
    if (line?.kind === 'edit')
      return lastOwn === undefined ? [] : [{ kind: 'edit', messageId: lastOwn, text: wordsOf(line.text, 'customer', setting) }]
    return line?.kind === 'say'
      ? [{ kind: 'say', text: wordsOf(line.text, 'customer', setting), ...(line.enclosure && { enclosure: line.enclosure }) }]
      : []
  }
  /** Asks once; from then on he waits in silence, however long. */
  function lookAtClock(now: number, ms: Ms): Step[] {
    if (asked || waitsSince === null || now - waitsSince < ms(patience)) return []
    asked = true
    return [{ kind: 'say', text: gendered(random.pick(sample.nudge), setting.customer.gender) }]
  }

  return {
    customer,
    order: setting.values.order ?? '',
    isWaiting: () => waitsSince !== null,
    hasLeft: () => speaksAt === null && waitsSince === null && reactions.length === 0,
    hear(messageId, now, ms) {
      const emoji = skipOthers() ?? (random.chance(0.4) ? random.pick(emojis) : undefined)
      if (emoji) reactions.push({ at: now + ms(random.between(1, 4)), step: { kind: 'react', messageId, emoji } })
      waitsSince = null
      asked = false
      // Counted anew from each message: an answer in several messages is answered once.
      speaksAt = place < lines.length ? now + ms(random.between(5, 14)) : null
    },
    due(now, ms) {
      const ripe = reactions.filter(({ at }) => at <= now).map(({ step }) => step)
      reactions = reactions.filter(({ at }) => at > now)
      return [...ripe, ...(speaksAt !== null && now >= speaksAt ? speak(now, ms) : lookAtClock(now, ms))]
    },
    said(messageId) {
      lastOwn = messageId
    },
  }
}
