import pino from 'pino'

/** The part of the logger that rooms may use. Give fields from the allow-list; everything else is dropped. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/**
 * Fields that may reach the log: ids, states, counts, durations, words of our own. A log is read by more people than
 * the chats are, so what customers or operators wrote, who they are and every credential stay out by not being listed.
 */
const allowed = new Set([
  'id',
  'errorId',
  'workspace',
  'workspaceId',
  'channel',
  'channelId',
  'chatId',
  'messageId',
  'operatorId',
  'customerId',
  'visitId',
  'eventId',
  'fileId',
  'groupId',
  'partId',
  'deliveryId',
  'lane',
  'seq',
  'from',
  'to',
  'kind',
  'type',
  'state',
  'operation',
  'code',
  'status',
  'method',
  'route',
  'ms',
  'bytes',
  'size',
  'count',
  'attempt',
  'waitMs',
  'fence',
  'owner',
  'pid',
  'host',
  'port',
  'address',
  'signal',
  'exitCode',
  'version',
  'roles',
  'bus',
  'storage',
  'setting',
  'table',
  'constraint',
  'migration',
  'reason',
  'room',
  'err',
  'time',
  'level',
  'msg',
])

const emails = /[^\s@"'<>()]+@[^\s@"'<>()]+\.[^\s@"'<>()]+/g
const credentials = /(:\/\/[^\s/:@]*:)[^\s@]+@|\b(bearer|visitor|basic)\s+[\w.~+/=-]{8,}|\b\d{6,12}:[\w-]{30,}/gi
// Not a date, and not a part of a longer id.
const phones = /(?<![\w.-])(?!\d{4}-\d\d-\d\d|[\da-f]{8}-)\+?\d(?:[\s().-]?\d){8,}(?![\w-])/g

/** Takes e-mail addresses, phone numbers and credentials out of free text, such as the words of a foreign error. */
export function withoutPrivateParts(text: string): string {
  return text
    .replace(credentials, (_all, address?: string) => (address ? `${address}***@` : '***'))
    .replace(emails, '***')
    .replace(phones, '***')
}

function loggable(value: unknown): unknown {
  if (typeof value === 'string') return withoutPrivateParts(value).slice(0, 500)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.slice(0, 20).map(loggable)
  if (value === null || typeof value !== 'object') return value
  return onlyAllowed(value as Record<string, unknown>)
}

function onlyAllowed(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (allowed.has(name) ? [[name, loggable(value)]] : [])))
}

/** An error as name, code, cleaned words and stack; never its other fields, which may hold a query's parameters or a request's body. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: withoutPrivateParts(String(error)) }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: withoutPrivateParts(error.message).slice(0, 1000),
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}

/** A pino logger that writes one JSON line per entry and lets only listed fields through. */
export function createLog(level: LogLevel = 'info', destination?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { logMethod: cleanArguments },
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) =>
        fields.err === undefined ? onlyAllowed(fields) : { ...onlyAllowed({ ...fields, err: null }), err: describeError(fields.err) },
    },
    serializers: { err: (value: unknown) => value },
  }
  return destination ? pino(options, destination) : pino(options)
}

function cleanArguments(this: pino.Logger, args: Parameters<pino.LogFn>, method: pino.LogFn): void {
  const [first, second, ...rest] = args as unknown[]
  if (first instanceof Error) method.call(this, { err: first }, typeof second === 'string' ? withoutPrivateParts(second) : first.name)
  else if (typeof first === 'string')
    method.call(this, withoutPrivateParts(first), ...([second, ...rest].filter((each) => each !== undefined) as []))
  else method.call(this, first as object, typeof second === 'string' ? withoutPrivateParts(second) : undefined, ...(rest as []))
}
