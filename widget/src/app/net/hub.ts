import type { Refusal } from '../types.ts'

/**
 * What became of a request. `later`: the hub did not answer or cannot now, the same request may be repeated; with `fault` it
 * answered that something went wrong inside it.
 * `signedOut`: the token is not good (any more). `refused`: repeating changes nothing; words when the hub gave some.
 */
export type Answer<T> =
  | { kind: 'done'; data: T }
  | { kind: 'later'; fault?: boolean; refusal?: Refusal | undefined }
  | { kind: 'signedOut' }
  | { kind: 'refused'; refusal?: Refusal | undefined }

export interface Hub {
  ask<T>(query: string, variables?: Record<string, unknown>): Promise<Answer<T>>
}

/** Requests without an answer after this long count as lost. In milliseconds. */
const patience = 15_000

/** Speaks GraphQL over HTTP with the hub that served this page. `token` and `language` are asked at every request. */
export function createHub(address: string, token: () => string | undefined, language: () => string, fetcher: typeof fetch = fetch): Hub {
  return {
    async ask<T>(query: string, variables?: Record<string, unknown>): Promise<Answer<T>> {
      const abort = new AbortController()
      const timer = setTimeout(() => abort.abort(), patience)
      try {
        const response = await fetcher(address, {
          method: 'POST',
          headers: headersOf(token(), language(), { 'content-type': 'application/json' }),
          body: JSON.stringify({ query, variables }),
          credentials: 'omit',
          signal: abort.signal,
        })
        return read<T>(response.status, await response.json().catch(() => undefined))
      } catch {
        return { kind: 'later' }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** Has one thing done, which the hub may refuse. */
export async function command<T>({ ask }: Hub, document: string, input: object): Promise<Answer<T>> {
  const answer = await ask<Record<string, { __typename: string }>>(document, { input })
  if (answer.kind !== 'done') return answer
  const { __typename, ...result } = Object.values(answer.data)[0] as { __typename: string }
  return __typename === 'Refusal' ? read(400, result) : { kind: 'done', data: result as T }
}

/** Why nothing came of it: the hub's refusal, or `later` when it could not be reached. */
export const whyNot = (answer: Answer<unknown>): Refusal | 'later' => ('refusal' in answer && answer.refusal) || 'later'

export function headersOf(token: string | undefined, language: string, more?: Record<string, string>): Record<string, string> {
  return { ...more, 'accept-language': language, ...(token && { authorization: `Visitor ${token}` }) }
}

/** Refusals that say nothing about the request itself. */
const passing = ['rate_limited', 'unavailable', 'defect']

/** Reads status and body of an answer of the hub, GraphQL or not. */
export function read<T>(status: number, body: unknown): Answer<T> {
  const { data, errors, ...plain } = (body ?? {}) as {
    data?: T
    errors?: { message: string; extensions?: Partial<Refusal> }[]
  } & Partial<Refusal>
  const error = errors?.[0]
  const { code = '', message, field = null, remedy = null } = error ? { message: error.message, ...error.extensions } : plain
  const refusal = message ? { code, message, field, remedy } : undefined
  if (status === 401 || code === 'signed_out') return { kind: 'signedOut' }
  if (status === 408 || status === 429 || status >= 500 || passing.includes(code))
    return { kind: 'later', refusal, fault: code === 'defect' }
  if (status < 300 && !error) return data ? { kind: 'done', data } : { kind: 'later' }
  return { kind: 'refused', refusal }
}
