import type { Refusal } from '../types.ts'

/**
 * What became of a request. `later`: the hub did not answer or cannot now, the same request may be repeated.
 * `signedOut`: the token is not good (any more). `refused`: repeating changes nothing; words when the hub gave some.
 */
export type Answer<T> = { kind: 'done'; data: T } | { kind: 'later' } | { kind: 'signedOut' } | { kind: 'refused'; refusal?: Refusal }

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

export function headersOf(token: string | undefined, language: string, more?: Record<string, string>): Record<string, string> {
  return { ...more, 'accept-language': language, ...(token && { authorization: `Visitor ${token}` }) }
}

/** Reads status and body of an answer of the hub, GraphQL or not. */
export function read<T>(status: number, body: unknown): Answer<T> {
  const { data, errors, code, message } = (body ?? {}) as { data?: T; errors?: { message?: string; extensions?: { code?: string } }[] } & Partial<Refusal>
  const error = errors?.[0]
  if (status === 401 || /^(unauthenticated|unauthorized|signed_out)$/i.test(error?.extensions?.code ?? '')) return { kind: 'signedOut' }
  if (status === 408 || status === 429 || status >= 500) return { kind: 'later' }
  if (status < 300 && data && !error) return { kind: 'done', data }
  // A fault inside the hub is no verdict on the request.
  if (status < 300 && !(code ?? error?.extensions?.code)?.match(/bad|invalid|forbidden|limit|parse|validation/i)) return { kind: 'later' }
  const words = message ?? error?.message
  return { kind: 'refused', ...(words && { refusal: { code: code ?? '', message: words, field: null, remedy: null, ...(body as object) } }) }
}
