import type { threads } from '../db/tables/chat.ts'
import type { customers, identities } from '../db/tables/customer.ts'
import { newId } from '../domain/ids.ts'
import type { Colleague, Company } from './company.ts'
import { type ChatRow, type Ending, type Episode, type Guest, play } from './episode.ts'
import type { Random } from './random.ts'
import type { Gender } from './sample.ts'
import { gendered, latin, readScenes, type Scene } from './scene.ts'
import type { Topic } from './topic.ts'

type Row<T extends { $inferInsert: object }> = Omit<T['$inferInsert'], 'workspaceId'>
/** How much has happened before the demo begins. */
export interface Size {
  closed: number
  queued: number
  /** Chats each colleague has in his hands. */
  held: number
  weeks: number
}
export interface History {
  customers: Row<typeof customers>[]
  identities: Row<typeof identities>[]
  threads: Row<typeof threads>[]
  /** In the order in which they were opened. */
  episodes: (Omit<Episode, 'chat'> & { chat: ChatRow })[]
}

export const usualSize: Size = { closed: 600, queued: 14, held: 7, weeks: 6 }
/** Identities of the past begin here, those who write while the demo runs elsewhere. */
const firstTelegramId = 500_000_000

const minute = 60_000
const queuedMinutes = [1, 2, 4, 6, 9, 13, 18, 26, 35, 50, 75, 110, 160, 220]
const heldEndings: readonly [Ending, minutes: number][] = [
  ['unread', 3],
  ['open', 6],
  ['waiting', 22],
  ['unread', 11],
  ['open', 45],
  ['waiting', 64],
  ['open', 130],
  ['unread', 29],
  ['waiting', 95],
]
/** By the hour of the day: a quiet morning, a busy noon, an evening on the sofa. */
const busyHours = [0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 10, 11, 9, 7, 8, 9, 9, 8, 7, 6, 6, 4, 2, 1]
const busyDays = [0.3, 1.2, 1.1, 1, 1, 1.05, 0.7]

/** Invents who wrote in the last weeks, when, about what and to whom, up to `now`. Writes nothing. */
export function inventHistory(company: Company, random: Random, now: Date, size: Size): History {
  const scenes = readScenes(company.sample.scenes)
  const guests = createGuests(company, random)
  let externalId = 1_000
  const one = (kind: 'web' | 'telegram', ending: Ending, operator: Colleague | null, start: Date): Episode => {
    const scene = sceneFor(scenes, random, kind, operator)
    const guest = guests.find(kind, start)
    const by = operator ?? random.pick(company.staff.filter((each) => each.standing !== 'supervisor' && each.topics.includes(scene.topic)))
    const episode = play({ company, random, scene, guest, kind, ending, operator: by, nextExternalId: () => externalId++ }, start)
    guests.leave(guest, episode.chat.closedAt ?? null)
    return episode
  }
  const kindOf = () => (random.chance(0.55) ? 'web' : ('telegram' as const))
  const past = openingTimes(random, now, size).map((start) => one(kindOf(), 'closed', null, start))
  const present = presentChats(company, size).map(({ ending, operator, minutes }) => {
    const kind = ending === 'failed' || ending === 'unknown' ? 'telegram' : kindOf()
    return endingAt(
      one(kind, ending, operator, new Date(now.getTime() - 12 * 60 * minute)),
      now.getTime() - minutes * minute - random.between(0, 50_000),
    )
  })
  const episodes = [...past, ...present]
    .sort((a, b) => at(a) - at(b))
    .map((episode, n) => ({ ...episode, chat: { ...episode.chat, number: n + 1 } }))
  return { ...guests.rows(episodes), episodes }
}

const at = ({ chat }: Pick<Episode, 'chat'>) => (chat.openedAt as Date).getTime()

function presentChats(company: Company, { queued, held }: Size): { ending: Ending; operator: Colleague | null; minutes: number }[] {
  const waiting = queuedMinutes.slice(0, queued).map((minutes) => ({ ending: 'queued' as const, operator: null, minutes }))
  const inHands = company.staff.flatMap((operator, n) =>
    operator.topics.length === 0 ? [] : heldEndings.slice(0, held).map(([ending, minutes]) => ({ ending, operator, minutes: minutes + n })),
  )
  const [admin, , , operator] = company.staff
  return [
    ...waiting,
    ...inHands,
    { ending: 'unknown', operator: admin ?? null, minutes: 8 },
    { ending: 'failed', operator: admin ?? null, minutes: 34 },
    { ending: 'failed', operator: operator ?? null, minutes: 17 },
  ]
}

function sceneFor(scenes: Scene[], random: Random, kind: 'web' | 'telegram', operator: Colleague | null): Scene {
  const usual: readonly Topic[] = kind === 'web' ? ['support', 'support', 'sales', 'billing'] : ['sales', 'sales', 'support', 'billing']
  const topic = random.pick(operator ? operator.topics : usual)
  return random.pick(
    scenes.filter(
      (scene) =>
        scene.topic === topic &&
        (kind === 'telegram' || !scene.mobile) &&
        (!operator || !scene.lines.some((line) => line.kind === 'transfer')),
    ),
  )
}

/** When the closed chats were opened, the first one first; none so late that it would still be going on. */
function openingTimes(random: Random, now: Date, { closed, weeks }: Size): Date[] {
  const latest = now.getTime() - 100 * minute
  const times: Date[] = []
  while (times.length < closed) {
    const day = new Date(now)
    day.setDate(day.getDate() - random.between(0, weeks * 7 - 1))
    day.setHours(random.between(0, 23), random.between(0, 59), random.between(0, 59), random.between(0, 999))
    const likely = ((busyHours[day.getHours()] ?? 0) / 11) * ((busyDays[day.getDay()] ?? 1) / 1.2)
    if (day.getTime() < latest && random.chance(likely)) times.push(day)
  }
  return times.sort((a, b) => a.getTime() - b.getTime())
}

/** The same episode, moved so that its last message was said at that moment. */
function endingAt(episode: Episode, end: number): Episode {
  const shift = end - (episode.chat.lastMessageAt as Date).getTime()
  const moved = <T extends object>(row: T): T =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value instanceof Date ? new Date(value.getTime() + shift) : value]),
    ) as T
  return {
    chat: moved(episode.chat),
    parts: episode.parts.map(moved),
    files: episode.files.map(moved),
    events: episode.events.map(moved),
    comments: episode.comments.map(moved),
    messages: episode.messages.map(moved).map((row) => ({
      ...row,
      ...(row.direction === 'in' && (row.position ?? 0) > 1e12 && { position: (row.at as Date).getTime() }),
      ...(row.editedAt && { editVersion: Math.floor((row.editedAt as Date).getTime() / 1_000) }),
    })),
  }
}

/** The customers: some come back, nobody is in two chats of one channel at once. */
function createGuests(company: Company, random: Random) {
  type Known = Guest & { kind: 'web' | 'telegram'; n: number; freeAt: number }
  const known: Known[] = []
  const { sample } = company

  function meet(kind: Known['kind']): Known {
    const gender: Gender = random.chance(0.5) ? 'm' : 'f'
    const name = random.pick(gender === 'm' ? sample.men : sample.women)
    const fullName = `${name} ${gendered(random.pick(sample.surnames), gender)}`
    const guest = { kind, n: known.length, name, gender, fullName, threadId: newId(), identityId: newId(), customerId: newId(), freeAt: 0 }
    known.push(guest)
    return guest
  }
  return {
    find(kind: Known['kind'], start: Date): Guest {
      const free = known.filter((guest) => guest.kind === kind && guest.freeAt < start.getTime() - 3 * 60 * minute)
      return free.length > 5 && random.chance(0.35) ? random.pick(free) : meet(kind)
    },
    leave(guest: Guest, closedAt: Date | null): void {
      const one = known.find(({ threadId }) => threadId === guest.threadId)
      if (one) one.freeAt = closedAt?.getTime() ?? Number.POSITIVE_INFINITY
    },
    rows(episodes: Episode[]): Pick<History, 'customers' | 'identities' | 'threads'> {
      const first = new Map<string, Date>()
      for (const { chat } of episodes) if (!first.has(chat.threadId)) first.set(chat.threadId, chat.openedAt as Date)
      const all = known.map((guest) => ({
        guest,
        createdAt: first.get(guest.threadId) ?? new Date(),
        email: `${guest.fullName.split(' ').map(latin).join('.')}@mail.example`,
      }))
      return {
        customers: all.map(({ guest, createdAt, email }) => ({
          id: guest.customerId,
          name: guest.fullName,
          email: guest.kind === 'web' ? email : null,
          phone: null,
          createdAt,
        })),
        identities: all.map(({ guest, createdAt, email }) => ({
          id: guest.identityId,
          channelId: guest.kind === 'web' ? company.web.id : company.telegram.id,
          customerId: guest.customerId,
          externalId: guest.kind === 'web' ? guest.identityId : String(firstTelegramId + guest.n * 37),
          name: guest.fullName,
          email: guest.kind === 'web' ? email : null,
          username: guest.kind === 'telegram' && guest.n % 3 > 0 ? `${latin(guest.fullName).slice(0, 24)}${guest.n}` : null,
          language: sample.code,
          createdAt,
        })),
        threads: all.map(({ guest, createdAt }) => ({
          id: guest.threadId,
          channelId: guest.kind === 'web' ? company.web.id : company.telegram.id,
          kind: 'direct' as const,
          identityId: guest.identityId,
          createdAt,
          externalId: guest.kind === 'web' ? guest.identityId : String(firstTelegramId + guest.n * 37),
        })),
      }
    },
  }
}
