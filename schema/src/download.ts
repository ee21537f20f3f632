import type { MediaPosition, MediaStream } from './connector.ts'

/** A file server's answer to a GET, or to what is asked like one, that begins with the first byte or goes on at `position`. */
export type Ask = (headers: Record<string, string>) => Promise<Response>

/**
 * Asks a file server for a file, from `position` on where it is able to go on (RFC 9110 §14): what changed meanwhile, or what knows no
 * ranges, begins anew. The status is left to the caller.
 */
export async function askFrom(position: MediaPosition | undefined, ask: Ask): Promise<Response> {
  if (!position || position.bytes === 0) return ask({})
  const answer = await ask({ range: `bytes=${position.bytes}-`, ...(position.mark && { 'if-range': position.mark }) })
  if (answer.status !== 416 && (answer.status !== 206 || rangeOf(answer)?.from === position.bytes)) return answer
  await answer.body?.cancel()
  return ask({})
}

/** The file in an answer with a body; what it says of itself goes before what was said of it. */
export function streamOf(answer: Response, said: Omit<Partial<MediaStream>, 'body' | 'from' | 'mark'> = {}): MediaStream {
  if (!answer.body) throw new Error('The file server sent no bytes.')
  const range = answer.status === 206 ? rangeOf(answer) : undefined
  const size = range?.size || (range ? undefined : Number(answer.headers.get('content-length'))) || said.size
  const mark = markOf(answer)
  return { ...defined(said), body: answer.body, ...(size && { size }), ...(range && { from: range.from }), ...(mark && { mark }) }
}

/** A weak entity tag vouches for the meaning, not for the bytes. */
function markOf({ headers }: Response): string | undefined {
  const tag = headers.get('etag')
  return (tag?.startsWith('"') ? tag : headers.get('last-modified')) ?? undefined
}

function rangeOf({ headers }: Response): { from: number; size: number | undefined } | undefined {
  const [, from, size] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers.get('content-range') ?? '') ?? []
  return from === undefined ? undefined : { from: Number(from), size: Number(size) || undefined }
}

const defined = <T extends object>(from: T): T => Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T
