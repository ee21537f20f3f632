import { Readable } from 'node:stream'
import busboy from 'busboy'
import { type KeepOptions, type KeptFile, keepFile } from './keep.ts'
import { FileRefusal } from './refusal.ts'
import type { Bytes } from './storage.ts'

export interface UploadOptions extends KeepOptions {
  /** Breaks the upload off, for example when the request is gone. */
  signal?: AbortSignal
}

/** What a form may weigh beside its file: boundaries and headers of the one part. */
const formBytes = 16 * 1024

/**
 * Stores the one file of a form (`multipart/form-data`, one part, named `file`) while it arrives; memory does not grow with it.
 * Refuses with `malformed`, `cut`, `empty`, `too_large` (at once, when the request announces it), `unsupported`, or as the storage
 * does. Whatever is refused leaves nothing behind, and the body is cancelled.
 */
export async function receiveUpload(headers: Headers, body: Bytes | null, options: UploadOptions): Promise<KeptFile> {
  if (!body) throw new FileRefusal('malformed', 'the request has no body')
  try {
    ensureAnnounced(headers, options.maxBytes)
    return await readForm(openForm(headers), body, options)
  } catch (error) {
    // Already locked or already failed: then the reader of the body has ended it.
    if (!body.locked) await body.cancel().catch(() => {})
    throw asRefusal(error)
  }
}

function ensureAnnounced(headers: Headers, maxBytes: number): void {
  if (Number(headers.get('content-length') ?? 0) > maxBytes + formBytes) throw new FileRefusal('too_large', `more than ${maxBytes} bytes`)
}

function openForm(headers: Headers): busboy.Busboy {
  const type = headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*;/i.test(type)) throw new FileRefusal('malformed', 'not a multipart/form-data form')
  try {
    return busboy({ headers: { 'content-type': type }, defParamCharset: 'utf8', limits: { files: 1, fields: 0, headerPairs: 16 } })
  } catch (error) {
    throw new FileRefusal('malformed', 'not a multipart/form-data form', { cause: error })
  }
}

/** Ends when both have: the form read to its end, and its file kept. The first fault of either ends the other. */
async function readForm(form: busboy.Busboy, body: Bytes, options: UploadOptions): Promise<KeptFile> {
  const input = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0], { signal: options.signal })
  let keeping: Promise<KeptFile> | undefined
  const finished = new Promise<void>((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error)
      input.destroy()
      form.destroy()
    }
    form.on('file', (field, file, { filename, mimeType }) => {
      file.on('error', () => {})
      if (field !== 'file') return fail(new FileRefusal('malformed', 'the form takes one field, named file'))
      keeping = keepFile(file, { name: filename, mime: mimeType }, options)
      keeping.catch(fail)
    })
    for (const excess of ['filesLimit', 'fieldsLimit'] as const) {
      form.on(excess, () => fail(new FileRefusal('malformed', 'the form takes one field, named file')))
    }
    form.on('error', fail)
    form.on('finish', resolve)
    input.on('error', (error) => fail(new FileRefusal('cut', 'the upload was broken off', { cause: error })))
    input.pipe(form)
  })
  return settle(finished, () => keeping, options)
}

/** A form that fails after its file was kept takes the file with it. */
async function settle(
  finished: Promise<void>,
  keeping: () => Promise<KeptFile> | undefined,
  { storage }: UploadOptions,
): Promise<KeptFile> {
  try {
    await finished
  } catch (error) {
    const kept = await keeping()?.catch(() => undefined)
    if (kept) await storage.remove(kept.key)
    throw error
  }
  const kept = keeping()
  if (!kept) throw new FileRefusal('malformed', 'the form has no field named file')
  return kept
}

/** What the form's reader throws is always about a form that is broken or ends too soon. */
function asRefusal(error: unknown): unknown {
  const message = error instanceof Error && !(error instanceof FileRefusal) ? error.message : ''
  if (message.startsWith('Unexpected end of')) return new FileRefusal('cut', 'the upload was broken off', { cause: error })
  if (message.startsWith('Malformed')) return new FileRefusal('malformed', 'the form is broken', { cause: error })
  return error
}
