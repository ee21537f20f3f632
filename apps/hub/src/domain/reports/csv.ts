/** A chat as a line of the file; moments by the clock of the report, times in seconds. */
export interface ReportChat {
  number: number
  opened: string
  closed: string | null
  state: string
  channel: string
  kind: string
  group: string | null
  operator: string | null
  customer: string | null
  answered: string | null
  waited: number | null
  lasted: number | null
  abandoned: boolean
  received: number
  sent: number
  score: number | null
  ratingComment: string | null
  tags: string | null
}

/** The columns of the file, in order. */
export const chatColumns = [
  'number',
  'opened',
  'closed',
  'state',
  'channel',
  'kind',
  'group',
  'operator',
  'customer',
  'answered',
  'waited',
  'lasted',
  'abandoned',
  'received',
  'sent',
  'score',
  'ratingComment',
  'tags',
] as const satisfies readonly (keyof ReportChat)[]

export const lineOfChat = (chat: ReportChat): string =>
  lineOf(chatColumns.map((column) => (column === 'abandoned' ? (chat.abandoned ? 1 : 0) : chat[column])))

/** Values as a line of CSV (RFC 4180). */
export const lineOf = (values: readonly (string | number | boolean | null)[]): string => `${values.map(fieldOf).join(',')}\r\n`

/** What people wrote must not be taken for a formula by the program that opens the file: such a text begins with a quote. */
function fieldOf(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^\s*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
