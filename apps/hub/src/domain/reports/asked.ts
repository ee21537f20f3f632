import { limits, type ReportBasis } from '@parley/schema/vocabulary'
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { HubError } from '../../errors.ts'
import { timeZoneOf } from '../filter-shape.ts'
import { idOf } from '../ids.ts'

/** What a report is asked for: whole days of one calendar, both ends included, and of which chats. */
export interface Asked {
  from: string
  to: string
  timeZone: string
  /** Whether a chat counts on the day it was opened or on the day it was closed. */
  basis: ReportBasis
  operatorId: string | null
  groupId: string | null
  channelId: string | null
  /** A tag the chat carries. */
  tagId: string | null
}
type Given = { from: string; to: string } & { [K in Exclude<keyof Asked, 'from' | 'to'>]?: Asked[K] | null | undefined }

const day = z.iso.date().refine((value) => value > '1970' && value < '2200')
const dayMs = 86_400_000

/** Checks what a client asks for. No report reaches over more than a year: nobody waits for it, and nobody else waits because of it. */
export function askedOf(given: Given): Asked {
  for (const field of ['from', 'to'] as const) if (!day.safeParse(given[field]).success) throw new HubError('invalid', { field })
  const days = (Date.parse(given.to) - Date.parse(given.from)) / dayMs + 1
  if (days < 1) throw new HubError('invalid', { field: 'to' })
  if (days > limits.reportDays) throw new HubError('report_long', { field: 'to', max: limits.reportDays })
  const id = (value: string | null | undefined) => (value == null ? null : idOf(value))
  return {
    from: given.from,
    to: given.to,
    timeZone: timeZoneOf(given.timeZone),
    basis: given.basis ?? 'opened',
    operatorId: id(given.operatorId),
    groupId: id(given.groupId),
    channelId: id(given.channelId),
    tagId: id(given.tagId),
  }
}

/** Whether a moment falls into the days that were asked for. */
export const inPeriod = ({ from, to, timeZone }: Asked, moment: SQL): SQL =>
  sql`(${moment} >= ${from}::timestamp at time zone ${timeZone}::text and ${moment} < (${to}::timestamp + interval '1 day') at time zone ${timeZone}::text)`

/** A moment by the clock on the wall there. */
export const local = ({ timeZone }: Asked, moment: SQL): SQL => sql`(${moment} at time zone ${timeZone}::text)`
