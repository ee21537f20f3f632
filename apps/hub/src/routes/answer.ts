import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { HubError } from '../errors.ts'
import type { Log } from '../log.ts'
import { languageOf, type RefusalCode, type RefusalDetails, refusalWords } from '../words/index.ts'

const statuses: Partial<Record<RefusalCode, ContentfulStatusCode>> = {
  signed_out: 401,
  bad_credentials: 401,
  forbidden: 403,
  foreign_origin: 403,
  wrong_address: 403,
  not_found: 404,
  taken: 409,
  setup_done: 409,
  link_used: 410,
  too_large: 413,
  json_only: 415,
  unsupported_file: 415,
  rate_limited: 429,
  defect: 500,
  unavailable: 503,
}

/** A refusal as the paths beside GraphQL give it: `{ code, message, field?, remedy? }` in the reader's language. */
export function refusal(c: Context, code: RefusalCode, details: RefusalDetails = {}, field?: string): Response {
  const { message, remedy } = refusalWords(code, details, languageOf(c.req.header('accept-language')))
  if (code === 'rate_limited') c.header('retry-after', String(details.seconds ?? 1))
  if (code === 'unavailable') c.header('retry-after', '3')
  return c.json({ code, message, ...(field ? { field } : {}), ...(remedy ? { remedy } : {}) }, statuses[code] ?? 400)
}

/** The answer to anything thrown: a HubError in words; everything else as a defect with a number that the log has too. */
export function answerTo(error: unknown, c: Context, log: Log): Response {
  if (error instanceof HubError) return refusal(c, error.code, error.details, error.field)
  const id = randomBytes(4).toString('hex')
  log.error({ err: error, errorId: id, route: c.req.routePath, method: c.req.method }, 'a request failed')
  return refusal(c, 'defect', { id })
}
