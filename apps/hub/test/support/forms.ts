import { randomBytes } from 'node:crypto'

const KiB = 1024

export function formOf(bytes: Buffer, name: string, type: string): FormData {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)], { type }), name)
  return form
}

export function framing(name: string) {
  return {
    head: new TextEncoder().encode(
      `--edge\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    ),
    foot: new TextEncoder().encode('\r\n--edge--\r\n'),
    headers: new Headers({ 'content-type': 'multipart/form-data; boundary=edge' }),
  }
}

/** A form whose file never ends. */
export function endlessBody(name: string) {
  const { head, headers } = framing(name)
  let sent = 0
  let cancelled = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(sent === 0 ? head : randomBytes(16 * KiB))
        sent += 16 * KiB
      },
      cancel: () => {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { headers, body, sent: () => sent, cancelled: () => cancelled }
}

export function failing(bytes: Buffer): ReadableStream<Uint8Array> {
  let given = bytes.length === 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (given) return controller.error(new TypeError('terminated'))
        given = true
        controller.enqueue(new Uint8Array(bytes))
      },
    },
    { highWaterMark: 0 },
  )
}

export function streamOf(bytes: Buffer, piece: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at >= bytes.length) return controller.close()
        controller.enqueue(new Uint8Array(bytes.subarray(at, at + piece)))
        at += piece
      },
    },
    { highWaterMark: 0 },
  )
}
