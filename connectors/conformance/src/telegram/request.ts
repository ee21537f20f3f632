import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import busboy from 'busboy'
import { ApiError, badRequest } from './answer.ts'
import type { AcceptedFile } from './ledger.ts'

export interface Asked {
  fields: Record<string, unknown>
  files: AcceptedFile[]
}

export const uploadLimit = 50 * 1024 * 1024
const jsonLimit = 1024 * 1024

/** The parameters of a call, from the query, JSON, a form or multipart. Of files only size and hash are kept. */
export async function readRequest(request: IncomingMessage, query: URLSearchParams, mostBytes = uploadLimit): Promise<Asked> {
  const type = request.headers['content-type'] ?? ''
  const fields: Record<string, unknown> = Object.fromEntries(query)
  if (type.startsWith('multipart/')) return readMultipart(request, fields, mostBytes)
  const body = await readBody(request, jsonLimit)
  if (body.length === 0) return { fields, files: [] }
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { fields: { ...fields, ...Object.fromEntries(new URLSearchParams(body.toString())) }, files: [] }
  return { fields: { ...fields, ...parseObject(body.toString()) }, files: [] }
}

export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > limit) throw new ApiError(413, 'Request Entity Too Large')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {}
  throw badRequest("can't parse JSON object")
}

function readMultipart(request: IncomingMessage, fields: Record<string, unknown>, mostBytes: number): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const files: AcceptedFile[] = []
    let tooLarge = false
    const form = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { fileSize: mostBytes + 1 } })
    form.on('field', (name, value) => {
      fields[name] = value
    })
    form.on('file', (field, stream, { filename }) => {
      const hash = createHash('sha256')
      let size = 0
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length
        hash.update(chunk)
      })
      stream.on('limit', () => {
        tooLarge = true
      })
      stream.on('end', () => files.push({ field, name: filename ?? '', size, sha256: hash.digest('hex') }))
    })
    form.on('error', () => reject(badRequest('wrong multipart body')))
    form.on('close', () => (tooLarge ? reject(new ApiError(413, 'Request Entity Too Large')) : resolve({ fields, files })))
    // Cut in the middle: what was half received is not carried out.
    request.on('error', reject)
    request.pipe(form)
  })
}
