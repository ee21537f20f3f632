import { setTimeout as sleep } from 'node:timers/promises'
import type { MediaGone, MediaPosition, MediaStream } from '@parley/schema/connector'
import { passes } from '../failpoints.ts'
import type { PartialFile, PartialHead } from '../files/partial.ts'

/** The platform does not have the file any more. */
export class FileGone extends Error {}

/** Opens the file, from a position on where there is one. */
export type OpenFile = (position?: MediaPosition) => Promise<MediaStream | MediaGone | undefined>

interface Patience {
  /** Breaks in a row without one more byte. */
  breaks: number
  /** Beginnings over, by a platform that does not go on in the middle. */
  beginnings: number
  pauseMs: number
  signal: AbortSignal
}

/**
 * Has `keep` take a file to its end, over breaks of the line and the end of a hub: it goes on where it broke off, in this life or in one before,
 * of which `partial` tells; or, where the platform does not do that or the file is another by now, has `keep` begin anew. Throws
 * {@link FileGone}, what the last break was, or what `keep` throws.
 */
export async function fetchWhole<Kept>(
  open: OpenFile,
  keep: (media: MediaStream, bytes: AsyncIterable<Uint8Array>) => Promise<Kept>,
  patience: Patience,
  partial: PartialFile,
): Promise<Kept> {
  let media = await firstOf(open, partial)
  for (let begun = 1; ; begun += 1) {
    try {
      return await keep(media, wholeOf(media, open, patience, partial))
    } catch (error) {
      if (!(error instanceof BeginsAnew) || begun > patience.beginnings) throw error
      media = error.media
    }
  }
}

/** The platform answered with the whole file instead of the rest. */
class BeginsAnew extends Error {
  readonly media: MediaStream
  constructor(media: MediaStream) {
    super('The platform does not go on in the middle of a file.')
    this.media = media
  }
}

/** What is whole here already needs no platform; of the rest only what is certainly of the same file is gone on with. */
async function firstOf(open: OpenFile, partial: PartialFile): Promise<MediaStream> {
  const left = await partial.left()
  if (!left) return there(await open())
  const { head, bytes } = left
  if (bytes === head.size) return { ...head, from: bytes, body: new ReadableStream({ start: (controller) => controller.close() }) }
  const media = there(await open({ bytes, ...(head.mark && { mark: head.mark }) }))
  if (!media.from || (media.from === bytes && isSame(head, media))) return media
  await media.body.cancel()
  return there(await open())
}

/** By its mark; where the platform gives none, by its size. */
const isSame = (before: PartialHead, now: MediaStream): boolean =>
  before.mark === now.mark && (before.size === now.size || (before.mark !== undefined && now.size === undefined))

async function* wholeOf(media: MediaStream, open: OpenFile, patience: Patience, partial: PartialFile): AsyncGenerator<Uint8Array> {
  const { mark, size, mime, name, sha256 } = media
  if (media.from) yield* partial.read()
  else await partial.begin({ mark, size, mime, name, sha256 })
  for await (const chunk of toItsEnd(media, open, patience)) {
    await partial.append(chunk)
    passes('media.piece')
    yield chunk
  }
}

async function* toItsEnd(first: MediaStream, open: OpenFile, { breaks, pauseMs, signal }: Patience): AsyncGenerator<Uint8Array> {
  let media = first
  let bytes = first.from ?? 0
  for (let fruitless = 0; ; ) {
    const before = bytes
    try {
      for await (const chunk of media.body as unknown as AsyncIterable<Uint8Array>) {
        bytes += chunk.byteLength
        yield chunk
      }
      return
    } catch (error) {
      fruitless = bytes > before ? 0 : fruitless + 1
      if (signal.aborted || fruitless > breaks) throw error
    }
    await sleep(pauseMs * 2 ** fruitless, undefined, { signal }).catch(() => {})
    const rest = await open({ bytes, ...(first.mark && { mark: first.mark }) }).catch((error: unknown) => broken(error, bytes))
    media = there(rest)
    if ((media.from ?? 0) !== bytes) throw new BeginsAnew(media)
  }
}

/** A line that is down for a moment is a break like another: nothing comes, and it is asked again. */
function broken(error: unknown, from: number): MediaStream {
  return { body: new ReadableStream({ start: (controller) => controller.error(error) }), from }
}

function there(media: MediaStream | MediaGone | undefined): MediaStream {
  if (media && 'body' in media) return media
  throw new FileGone(media?.reason ?? '')
}
