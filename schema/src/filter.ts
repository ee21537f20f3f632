import { type ChannelKind, type ChatState, chatStates, type FieldType } from './vocabulary.ts'

/**
 * The one grammar of filters: a JSON tree that says the same in the API, in a saved filter, in a bulk run and in the console's
 * address. A filter is a group of conditions; each of its members is a condition or one further group, no deeper.
 */

/** What a customer says of himself: his values and those of his accounts on the platforms. `taxId`: his CPF or CNPJ, however it is written. */
export const textFields = ['name', 'email', 'phone', 'taxId'] as const
export type TextField = (typeof textFields)[number]
/** `is` and `starts` compare the whole and its beginning; case and accents never matter. `empty` and `filled` take no value. */
export const textTests = ['contains', 'lacks', 'is', 'starts', 'empty', 'filled'] as const
export type TextTest = (typeof textTests)[number]

export const tagFields = ['chatTags', 'customerTags'] as const
export type TagField = (typeof tagFields)[number]
/** `any`, `all` or `none` of these tags; `empty`: no tag at all. */
export const tagTests = ['any', 'all', 'none', 'empty'] as const
export type TagTest = (typeof tagTests)[number]

export const choiceFields = ['channel', 'kind', 'group', 'operator', 'state'] as const
export type ChoiceField = (typeof choiceFields)[number]
/** One of these values, or none of them. */
export const choiceTests = ['any', 'none'] as const
export type ChoiceTest = (typeof choiceTests)[number]
/** Of `operator`: whoever asks, and no operator at all. */
export const operatorWords = ['me', 'nobody'] as const
/** Of `group`: chats that belong to no group. */
export const noGroup = 'nobody'
/** `snoozed`: held and put off; it is `serving` too. */
export const filterStates = [...chatStates, 'snoozed'] as const
export type FilterState = ChatState | 'snoozed'

/** `givenUp`: the visitor left before there was an answer, or the chat was closed without one. */
export const momentFields = ['opened', 'closed', 'lastMessage', 'givenUp'] as const
export type MomentField = (typeof momentFields)[number]
/**
 * `last`: within the last `count` units until now; days, weeks and months are whole days of the reader's calendar, today
 * included, so `last 1 day` is today. `before`: longer ago than that. `between`: from one day to another, both included; one of
 * the two may be left out.
 */
export const momentTests = ['last', 'before', 'between'] as const
export type MomentTest = (typeof momentTests)[number]
export const momentUnits = ['minute', 'hour', 'day', 'week', 'month'] as const
export type MomentUnit = (typeof momentUnits)[number]

/**
 * What a field of the company's own may be asked, by its type. `range`: at least, at most, or both. Days are compared as `momentTests`
 * say, and `next`: today or within the `count` units that begin today.
 */
export const customTests = {
  text: textTests,
  number: ['range', 'empty', 'filled'],
  date: ['last', 'before', 'next', 'between', 'empty', 'filled'],
  'yes-no': ['any', 'empty', 'filled'],
  choice: ['any', 'none', 'empty', 'filled'],
  choices: ['any', 'all', 'none', 'empty', 'filled'],
} as const satisfies Record<FieldType, readonly string[]>
export const dayUnits = ['day', 'week', 'month'] as const
export type DayUnit = (typeof dayUnits)[number]

/**
 * Of the field with this `id`. What does not fit the field's type finds nobody; so does a field that is no more, and one that is
 * archived is asked for what it still holds.
 */
export type CustomCondition = { field: 'custom'; id: string } & (
  | { is: 'contains' | 'lacks' | 'is' | 'starts'; value: string }
  | { is: 'any' | 'all' | 'none'; values: string[] }
  | { is: 'empty' | 'filled' }
  | { is: 'range'; least?: number; most?: number }
  | { is: 'last' | 'before' | 'next'; count: number; unit: DayUnit }
  | { is: 'between'; from?: string; to?: string }
)

/** The mark a visitor gave to a chat, from 1 to 5: at least, at most, or both; `empty`: none yet. */
export const ratingTests = ['range', 'filled', 'empty'] as const

export type Condition =
  | { field: TextField; is: TextTest; value?: string }
  | CustomCondition
  | { field: TagField; is: TagTest; ids?: string[] }
  | { field: 'kind'; is: ChoiceTest; values: ChannelKind[] }
  | { field: 'state'; is: ChoiceTest; values: FilterState[] }
  | { field: 'channel' | 'group' | 'operator'; is: ChoiceTest; values: string[] }
  | { field: MomentField; is: 'last' | 'before'; count: number; unit: MomentUnit }
  /** Days as `2026-01-31`. */
  | { field: MomentField; is: 'between'; from?: string; to?: string }
  /** The customer has waited for an answer for longer than this. */
  | { field: 'waiting'; is: 'over'; minutes: number }
  | { field: 'unread'; is: 'yes' | 'no' }
  /** An operator has answered in the chat. */
  | { field: 'answered'; is: 'yes' | 'no' }
  | { field: 'rating'; is: 'range'; least?: number; most?: number }
  | { field: 'rating'; is: 'filled' | 'empty' }
  /** What was said in the chat. */
  | { field: 'text'; is: 'contains' | 'lacks'; value: string }

export type FilterGroup<Member> = { all: Member[] } | { any: Member[] }
/** A filter without conditions fits every chat. */
export type Filter = FilterGroup<Condition | FilterGroup<Condition>>

export const filterLimits = {
  /** Conditions of a whole filter. */
  conditions: 30,
  /** Values or tags of one condition. */
  values: 50,
  /** Characters of a text. */
  text: 200,
  /** Of one unit: 5,000 days are more than thirteen years. */
  count: 5_000,
  minutes: 525_600,
  /** The best mark; the worst is 1. */
  rating: 5,
  /** Of a number, either way. */
  number: 1e15,
} as const
