import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { measure } from './measure.ts'
import { FileRefusal } from './refusal.ts'
import {
  type ByteRange,
  type Bytes,
  ensureKey,
  isKey,
  newKey,
  type ObjectStat,
  type S3Options,
  type Storage,
  type StoredObject,
} from './storage.ts'

const prefix = 'files/'

/** The smallest part S3 takes; with one part at a time an upload of any size costs about twice this much memory. */
const partBytes = 5 * 1024 * 1024

/** Files in a bucket, under `files/<key>`. Every part carries a checksum that the server verifies. */
export function s3Storage(options: S3Options): Storage {
  const client = clientOf(options)
  const at = (key: string) => ({ Bucket: options.bucket, Key: prefix + ensureKey(key) })

  async function put(stream: Bytes | AsyncIterable<Uint8Array>, { maxBytes }: { maxBytes: number }): Promise<StoredObject> {
    const key = newKey()
    const { chunks, result } = measure(stream, maxBytes)
    let sourceError: unknown
    const Body = Readable.from(
      noting(chunks, (error) => {
        sourceError = error
      }),
      { objectMode: false, highWaterMark: 64 * 1024 },
    )
    const upload = new Upload({
      client,
      params: { ...at(key), Body, ContentType: 'application/octet-stream' },
      partSize: partBytes,
      queueSize: 1,
    })
    try {
      await upload.done()
      return { key, ...result() }
    } catch (error) {
      throw sourceError ?? asRefusal(error)
    } finally {
      Body.destroy()
    }
  }

  async function open(key: string, range?: ByteRange): Promise<Bytes> {
    const Range = range ? `bytes=${range.start}-${range.end}` : undefined
    const { Body } = await client.send(new GetObjectCommand({ ...at(key), Range })).catch(refuse)
    if (!Body) throw new FileRefusal('storage_down', 'the storage answered without a body')
    return Body.transformToWebStream() as Bytes
  }

  async function stat(key: string): Promise<ObjectStat | undefined> {
    try {
      const { ContentLength = 0, LastModified = new Date(0) } = await client.send(new HeadObjectCommand(at(key)))
      return { key, size: ContentLength, storedAt: LastModified }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw asRefusal(error)
    }
  }

  async function* list(): AsyncIterable<ObjectStat> {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: options.bucket, Prefix: prefix })) {
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
        const key = Key.slice(prefix.length)
        if (isKey(key)) yield { key, size: Size, storedAt: LastModified }
      }
    }
  }

  async function clean(before: Date): Promise<number> {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: options.bucket, Prefix: prefix })).catch(refuse)
    const old = Uploads.filter(({ Key, Initiated }) => isKey((Key ?? '').slice(prefix.length)) && Initiated && Initiated < before)
    for (const { Key, UploadId } of old)
      await client.send(new AbortMultipartUploadCommand({ Bucket: options.bucket, Key, UploadId })).catch(refuse)
    return old.length
  }

  return {
    put,
    open,
    stat,
    list,
    clean,
    remove: async (key) => {
      await client.send(new DeleteObjectCommand(at(key))).catch(refuse)
    },
  }
}

function clientOf(options: S3Options): S3Client {
  return new S3Client({
    region: options.region,
    endpoint: options.endpoint,
    forcePathStyle: options.endpoint !== undefined,
    credentials: { accessKeyId: options.accessKey, secretAccessKey: options.secretKey },
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
  })
}

/** The client wraps an error of the body in its own words; the caller wants the one that happened. */
async function* noting(chunks: AsyncIterable<Uint8Array>, note: (error: unknown) => void) {
  try {
    yield* chunks
  } catch (error) {
    note(error)
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404 && error.name !== 'NoSuchBucket'
}

function asRefusal(error: unknown): FileRefusal {
  if (error instanceof FileRefusal) return error
  if (isMissing(error)) return new FileRefusal('not_found', 'no such file', { cause: error })
  return new FileRefusal('storage_down', 'the storage does not answer as it should', { cause: error })
}

function refuse(error: unknown): never {
  throw asRefusal(error)
}
