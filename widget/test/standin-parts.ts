import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { File, Frame, Message } from '../src/app/types.ts'

export function blank(cursor: number, part: Partial<Frame>): Frame {
  return { cursor, reset: false, message: null, chat: null, typing: null, online: null, ...part }
}

let clock = Date.now() - 3_600_000

export function messageOf(count: number, part: Partial<Message>): Message {
  clock = Math.max(clock + 1, Date.now())
  const id = `${String(clock).padStart(16, '0')}-${String(count).padStart(6, '0')}`
  return {
    id,
    clientId: null,
    author: 'you',
    authorName: null,
    text: null,
    files: [],
    at: new Date(clock).toISOString(),
    removed: false,
    edited: false,
    replyTo: null,
    reactions: [],
    buttons: [],
    delivery: null,
    ...part,
  }
}

export function pageOf(messages: Message[], { last = 50, before }: { last?: number; before?: string }) {
  const end = before ? messages.findIndex((message) => message.id === before) : messages.length
  const start = Math.max(0, end - last)
  const edges = messages.slice(start, end).map((node) => ({ node, cursor: node.id }))
  return {
    edges,
    pageInfo: {
      hasNextPage: end < messages.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges[edges.length - 1]?.cursor ?? null,
    },
  }
}

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
}
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"

export function sendFile(response: ServerResponse, url: URL) {
  if (!existsSync(url)) return void response.writeHead(404).end()
  const type = types[url.pathname.split('.').pop() ?? ''] ?? 'application/octet-stream'
  response.writeHead(200, {
    'content-type': type,
    'x-content-type-options': 'nosniff',
    ...(type.startsWith('text/html') && { 'content-security-policy': policy }),
  })
  response.end(readFileSync(url))
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** What visitors brought and what operators send, by id. */
export function createUploads() {
  const uploads = new Map<string, { bytes: Buffer; file: File }>()

  async function receive(request: IncomingMessage, response: ServerResponse, known: boolean) {
    const form = await new Response(new Uint8Array(await bodyOf(request)), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData()
    const given = form.get('file') as globalThis.File
    const refuse = (status: number, message: string) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ code: 'refused', message, field: 'file', remedy: null }))
    }
    if (!known) return refuse(401, 'Who are you?')
    if (given.name.endsWith('.exe')) return refuse(415, 'Programs are not accepted.')
    const file = keep(Buffer.from(await given.arrayBuffer()), given.name, given.type)
    response.writeHead(201, { 'content-type': 'application/json' })
    response.end(JSON.stringify(file))
  }

  function keep(bytes: Buffer, name: string, mime: string, size?: { width: number; height: number }): File {
    const kind = mime.startsWith('image/') ? 'image' : 'file'
    const file: File = {
      id: randomUUID(),
      name,
      mime,
      size: bytes.length,
      kind,
      width: size?.width ?? null,
      height: size?.height ?? null,
      url: null,
      thumbnailUrl: null,
    }
    uploads.set(file.id, { bytes, file })
    return file
  }

  return { uploads, receive, keep }
}
