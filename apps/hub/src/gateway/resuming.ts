import { setTimeout as sleep } from 'node:timers/promises'
import type { MediaGone, MediaPosition, MediaStream } from '@parley/schema/connector'

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
 * Has `keep` take a file to its end, over breaks of the line: it goes on where it broke off, or, where the platform does not do that or the
 * file is another by now, has `keep` begin anew. Throws {@link FileGone}, what the last break was, or what `keep` throws.
 */
export async function fetchWhole<Kept>(
  open: OpenFile,
  keep: (media: MediaStream, bytes: AsyncIterable<Uint8Array>) => Promise<Kept>,
  patience: Patience,
): Promise<Kept> {
  let media = there(await open())
  for (let begun = 1; ; begun += 1) {
    try {
      return await keep(media, toItsEnd(media, open, patience))
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

async function* toItsEnd(first: MediaStream, open: OpenFile, { breaks, pauseMs, signal }: Patience): AsyncGenerator<Uint8Array> {
  let media = first
  let bytes = 0
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
