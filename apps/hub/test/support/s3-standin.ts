import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'

/** What one request did, as the ledger keeps it. */
export interface S3Entry {
  verb: string
  key: string
  status: number
  bytes: number
}

/** What befalls the next request of this verb: an error 500, a connection cut in the middle of the answer, or an answer after `ms`. */
export interface S3Fault {
  verb: string
  fault: 'error' | 'cut' | 'slow'
  ms?: number
  times?: number
}

export interface S3Standin {
  endpoint: string
  bucket: string
  region: string
  accessKey: string
  secretKey: string
  /** Complete objects by key, and parts of uploads that were begun and neither completed nor aborted. */
  objects: Map<string, { bytes: Buffer; storedAt: Date }>
  uploads: Map<string, { key: string; parts: Map<number, Buffer>; begunAt: Date }>
  ledger: S3Entry[]
  inject(fault: S3Fault): void
  stop(): Promise<void>
}

const bucket = 'parley-test'
const region = 'eu-west-1'
const accessKey = 'STANDIN'
const secretKey = 'stand-in-secret-key'

interface Asked {
  verb: string
  key: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: Buffer
}
interface Answer {
  status: number
  headers?: Record<string, string>
  body?: Buffer | string
}
type State = Pick<S3Standin, 'objects' | 'uploads'>

/** An S3 server in memory: one bucket, path style, requests refused unless their SigV4 signature and checksums are right. */
export async function startS3Standin(): Promise<S3Standin> {
  const state: State = { objects: new Map(), uploads: new Map() }
  const ledger: S3Entry[] = []
  const faults: S3Fault[] = []
  const server = createServer((request, response) => {
    serve(request, response, state, ledger, faults).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const inject = (fault: S3Fault) => {
    for (let n = 0; n < (fault.times ?? 1); n += 1) faults.push(fault)
  }
  return { endpoint, bucket, region, accessKey, secretKey, ...state, ledger, inject, stop: () => stop(server) }
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  state: State,
  ledger: S3Entry[],
  faults: S3Fault[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://s3')
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const [, inBucket, ...rest] = decodeURIComponent(url.pathname).split('/')
  const asked: Asked = {
    verb: verbOf(request.method ?? '', url.searchParams),
    key: rest.join('/'),
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks),
  }
  const fault = take(faults, asked.verb)
  if (fault?.fault === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
  const answer = fault?.fault === 'error' ? failure(500, 'InternalError') : answerTo(asked, request, url, inBucket, state)
  ledger.push({ verb: asked.verb, key: asked.key, status: answer.status, bytes: asked.body.length })
  give(response, answer, request.method === 'HEAD', fault?.fault === 'cut')
}

function take(faults: S3Fault[], verb: string): S3Fault | undefined {
  const at = faults.findIndex((each) => each.verb === verb)
  return at < 0 ? undefined : faults.splice(at, 1)[0]
}

function verbOf(method: string, query: URLSearchParams): string {
  if (method === 'POST') return query.has('uploads') ? 'Begin' : 'Complete'
  if (method === 'PUT') return query.has('uploadId') ? 'Part' : 'Put'
  if (method === 'DELETE') return query.has('uploadId') ? 'Abort' : 'Delete'
  if (method === 'GET') return query.has('uploads') ? 'Uploads' : query.has('list-type') ? 'List' : 'Get'
  return method === 'HEAD' ? 'Head' : method
}

function give(response: ServerResponse, { status, headers = {}, body = '' }: Answer, head: boolean, cut: boolean): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { 'content-length': bytes.length, 'x-amz-request-id': randomUUID(), ...headers })
  if (head) return void response.end()
  if (!cut) return void response.end(bytes)
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
}

function answerTo(asked: Asked, request: IncomingMessage, url: URL, inBucket: string | undefined, state: State): Answer {
  if (!isSigned(request, url)) return failure(403, 'SignatureDoesNotMatch')
  if (inBucket !== bucket) return failure(404, 'NoSuchBucket')
  if (!hasBodyAsSigned(asked)) return failure(400, 'XAmzContentSHA256Mismatch')
  if (asked.verb === 'Put' || asked.verb === 'Part') {
    if (!hasChecksum(asked)) return failure(400, 'BadDigest')
  }
  return verbs[asked.verb]?.(asked, state) ?? failure(405, 'MethodNotAllowed')
}

const verbs: Record<string, (asked: Asked, state: State) => Answer> = {
  Put: ({ key, body }, { objects }) => {
    objects.set(key, { bytes: body, storedAt: new Date() })
    return { status: 200, headers: { etag: etagOf(body) } }
  },
  Get: get,
  Head: ({ key }, { objects }) => {
    const found = objects.get(key)
    return found
      ? { status: 200, headers: { 'content-length': String(found.bytes.length), 'last-modified': found.storedAt.toUTCString() } }
      : { status: 404 }
  },
  Delete: ({ key }, { objects }) => {
    objects.delete(key)
    return { status: 204 }
  },
  Begin: ({ key }, { uploads }) => {
    const id = randomUUID()
    uploads.set(id, { key, parts: new Map(), begunAt: new Date() })
    return xml(
      `<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    )
  },
  Part: ({ query, body }, { uploads }) => {
    const upload = uploads.get(query.get('uploadId') ?? '')
    if (!upload) return failure(404, 'NoSuchUpload')
    upload.parts.set(Number(query.get('partNumber')), body)
    return { status: 200, headers: { etag: etagOf(body) } }
  },
  Complete: complete,
  Abort: ({ query }, { uploads }) => (uploads.delete(query.get('uploadId') ?? '') ? { status: 204 } : failure(404, 'NoSuchUpload')),
  List: list,
  Uploads: (_asked, { uploads }) => {
    const each = [...uploads].map(
      ([id, { key, begunAt }]) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${begunAt.toISOString()}</Initiated></Upload>`,
    )
    return xml(
      `<ListMultipartUploadsResult><Bucket>${bucket}</Bucket><IsTruncated>false</IsTruncated>${each.join('')}</ListMultipartUploadsResult>`,
    )
  },
}

function get({ key, headers }: Asked, { objects }: State): Answer {
  const found = objects.get(key)
  if (!found) return failure(404, 'NoSuchKey')
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')
  if (!range) return { status: 200, body: found.bytes }
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]), found.bytes.length - 1)]
  if (start > end) return failure(416, 'InvalidRange')
  return {
    status: 206,
    body: found.bytes.subarray(start, end + 1),
    headers: { 'content-range': `bytes ${start}-${end}/${found.bytes.length}` },
  }
}

const smallestPart = 5 * 1024 * 1024

function complete({ key, query, body }: Asked, { objects, uploads }: State): Answer {
  const id = query.get('uploadId') ?? ''
  const upload = uploads.get(id)
  if (!upload) return failure(404, 'NoSuchUpload')
  const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map((found) => Number(found[1]))
  const parts = numbers.map((number) => upload.parts.get(number))
  if (parts.slice(0, -1).some((part) => !part || part.length < smallestPart)) return failure(400, 'EntityTooSmall')
  const bytes = Buffer.concat(parts.map((part) => part ?? Buffer.alloc(0)))
  objects.set(key, { bytes, storedAt: new Date() })
  uploads.delete(id)
  return xml(
    `<CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><ETag>${etagOf(bytes)}</ETag></CompleteMultipartUploadResult>`,
  )
}

/** Two to a page, so that readers have to turn pages. */
function list({ query }: Asked, { objects }: State): Answer {
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? ''
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
  const page = keys.slice(0, 2)
  const each = page.map((key) => {
    const { bytes, storedAt } = objects.get(key) ?? { bytes: Buffer.alloc(0), storedAt: new Date(0) }
    return `<Contents><Key>${key}</Key><Size>${bytes.length}</Size><LastModified>${storedAt.toISOString()}</LastModified></Contents>`
  })
  const more = keys.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
  return xml(`<ListBucketResult><Name>${bucket}</Name><IsTruncated>${more !== ''}</IsTruncated>${more}${each.join('')}</ListBucketResult>`)
}

function xml(inner: string): Answer {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>${inner}` }
}

function failure(status: number, code: string): Answer {
  return { ...xml(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`), status }
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`
}

/** AWS Signature Version 4, computed anew from what arrived. */
function isSigned(request: IncomingMessage, url: URL): boolean {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (!found) return false
  const [, id, day = '', inRegion = '', signed = '', signature] = found
  const query = [...url.searchParams]
    .map(([name, value]) => `${strict(name)}=${strict(value)}`)
    .sort()
    .join('&')
  const fields = signed
    .split(';')
    .map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
    .join('')
  const canonical = [request.method, url.pathname, query, fields, signed, request.headers['x-amz-content-sha256']].join('\n')
  const scope = `${day}/${inRegion}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = [day, inRegion, 's3', 'aws4_request'].reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${secretKey}`)
  return id === accessKey && inRegion === region && hmac(key, text).toString('hex') === signature
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function strict(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

function hasBodyAsSigned({ headers, body }: Asked): boolean {
  const given = headers['x-amz-content-sha256']
  return given === 'UNSIGNED-PAYLOAD' || given === createHash('sha256').update(body).digest('hex')
}

function hasChecksum({ headers, body }: Asked): boolean {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return headers['x-amz-checksum-crc32'] === sum.toString('base64')
}
