import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Account, randomId } from './account.ts'
import type { Faults } from './faults.ts'

const start =
  '<!doctype html><meta charset="utf-8"><title>Stand-in of WhatsApp Web</title><script type="module" src="/page/main.js"></script>'

/** What a browser loads: the page, its scripts, and the media server. */
export async function servePages(account: Account, faults: Faults, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'https://web.whatsapp.com')
  if (pathname === '/') return answer(response, 200, 'text/html; charset=utf-8', start)
  const script = /^\/page\/([a-z]+\.js)$/.exec(pathname)?.[1]
  if (script) return answer(response, 200, 'text/javascript; charset=utf-8', await readFile(new URL(`./page/${script}`, import.meta.url)))
  if (pathname === '/mms/upload') return answer(response, 200, 'application/json', JSON.stringify({ path: await upload(account, request) }))
  const media = account.media.get(pathname)
  if (media && faults.meet('download')) return answer(response, 503, 'text/plain', 'busy')
  if (media) return answer(response, 200, 'application/octet-stream', media)
  answer(response, 404, 'text/plain', 'nothing here')
}

async function upload({ media }: Account, request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const path = `/mms/${randomId(8)}`
  media.set(path, Buffer.concat(chunks))
  return path
}

function answer(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}
