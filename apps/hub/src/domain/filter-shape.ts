import {
  type Condition,
  choiceTests,
  dayUnits,
  type Filter,
  type FilterGroup,
  filterLimits,
  filterStates,
  momentFields,
  momentUnits,
  noGroup,
  operatorWords,
  tagFields,
  textFields,
} from '@parley/schema/filter'
import { channelKinds } from '@parley/schema/vocabulary'
import { z } from 'zod'
import { HubError } from '../errors.ts'

const id = z.uuid().transform((text) => text.toLowerCase())
const ids = z.array(id).min(1).max(filterLimits.values)
const some = <T extends z.ZodType>(value: T) => z.array(value).min(1).max(filterLimits.values)
const text = z.string().trim().min(1).max(filterLimits.text)
const day = z.iso.date().refine((value) => value > '1970' && value < '2200')
const count = z.int().min(1).max(filterLimits.count)
const is = <T extends string>(...words: [T, ...T[]]) => z.enum(words)

const number = z.number().min(-filterLimits.number).max(filterLimits.number)
const mark = z.int().min(1).max(filterLimits.rating)
const isOrdered = <T extends string | number>(from: T | undefined, to: T | undefined) =>
  (from !== undefined || to !== undefined) && (from === undefined || to === undefined || from <= to)

const custom = { field: z.literal('custom'), id }
const customCondition = z.union([
  z.strictObject({ ...custom, is: is('contains', 'lacks', 'is', 'starts'), value: text }),
  z.strictObject({ ...custom, is: is('any', 'all', 'none'), values: some(text) }),
  z.strictObject({ ...custom, is: is('empty', 'filled') }),
  z
    .strictObject({ ...custom, is: is('range'), least: number.optional(), most: number.optional() })
    .refine(({ least, most }) => isOrdered(least, most)),
  z.strictObject({ ...custom, is: is('last', 'before', 'next'), count, unit: z.enum(dayUnits) }),
  z.strictObject({ ...custom, is: is('between'), from: day.optional(), to: day.optional() }).refine(({ from, to }) => isOrdered(from, to)),
])

const condition: z.ZodType<Condition> = z.union([
  z.strictObject({ field: z.enum(textFields), is: is('contains', 'lacks', 'is', 'starts'), value: text }),
  z.strictObject({ field: z.enum(textFields), is: is('empty', 'filled') }),
  customCondition,
  z.strictObject({ field: z.enum(tagFields), is: is('any', 'all', 'none'), ids }),
  z.strictObject({ field: z.enum(tagFields), is: is('empty') }),
  z.strictObject({ field: z.literal('kind'), is: z.enum(choiceTests), values: some(z.enum(channelKinds)) }),
  z.strictObject({ field: z.literal('state'), is: z.enum(choiceTests), values: some(z.enum(filterStates)) }),
  z.strictObject({ field: z.literal('channel'), is: z.enum(choiceTests), values: ids }),
  z.strictObject({ field: z.literal('group'), is: z.enum(choiceTests), values: some(z.union([z.literal(noGroup), id])) }),
  z.strictObject({ field: z.literal('operator'), is: z.enum(choiceTests), values: some(z.union([z.enum(operatorWords), id])) }),
  z.strictObject({ field: z.enum(momentFields), is: is('last', 'before'), count, unit: z.enum(momentUnits) }),
  z
    .strictObject({ field: z.enum(momentFields), is: is('between'), from: day.optional(), to: day.optional() })
    .refine(({ from, to }) => isOrdered(from, to)),
  z.strictObject({ field: z.literal('waiting'), is: is('over'), minutes: z.int().min(1).max(filterLimits.minutes) }),
  z.strictObject({ field: z.enum(['unread', 'answered']), is: is('yes', 'no') }),
  z
    .strictObject({ field: z.literal('rating'), is: is('range'), least: mark.optional(), most: mark.optional() })
    .refine(({ least, most }) => isOrdered(least, most)),
  z.strictObject({ field: z.literal('rating'), is: is('filled', 'empty') }),
  z.strictObject({ field: z.literal('text'), is: is('contains', 'lacks'), value: text }),
])

type Raw = Record<string, unknown>
const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A filter as a client gave it, checked to the last value; what is not of the grammar is refused with the way to it, such as
 * `all.0.any.2`.
 */
export function filterOf(given: unknown, field = 'filter'): Filter {
  let conditions = 0
  const refuse = (at: (string | number)[]): never => {
    throw new HubError('bad_filter', { field, at: at.join('.') || field })
  }
  const conditionOf = (member: unknown, at: (string | number)[]): Condition => {
    conditions += 1
    if (conditions > filterLimits.conditions) throw new HubError('too_many', { field, max: filterLimits.conditions })
    const checked = condition.safeParse(member)
    return checked.success ? checked.data : refuse(at)
  }
  /** `within`: what its members may be. */
  const groupOf = <Member>(
    value: unknown,
    at: (string | number)[],
    within: (member: unknown, at: (string | number)[]) => Member,
  ): FilterGroup<Member> => {
    const [key, ...others] = isObject(value) ? Object.keys(value) : []
    const members = isObject(value) && key ? value[key] : undefined
    if ((key !== 'all' && key !== 'any') || others.length > 0 || !Array.isArray(members)) return refuse(at)
    if (members.length > filterLimits.conditions) throw new HubError('too_many', { field, max: filterLimits.conditions })
    const checked = members.map((member: unknown, n) => within(member, [...at, key, n]))
    return key === 'all' ? { all: checked } : { any: checked }
  }
  return groupOf(given, [], (member, at) =>
    isObject(member) && ('all' in member || 'any' in member) ? groupOf(member, at, conditionOf) : conditionOf(member, at),
  )
}

/** The members of a group, and whether all of them must hold. */
export const membersOf = <Member>(group: FilterGroup<Member>): { members: Member[]; all: boolean } =>
  'all' in group ? { members: group.all, all: true } : { members: group.any, all: false }

/** A time zone by its name, such as `America/Sao_Paulo`; UTC when none is given. */
export function timeZoneOf(given: string | null | undefined, field = 'timeZone'): string {
  if (given == null) return 'UTC'
  try {
    if (!/^[A-Za-z][\w+/-]{0,63}$/.test(given)) throw new RangeError('shape')
    return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone
  } catch {
    throw new HubError('invalid', { field })
  }
}
