import type { IncomingMessage, ServerResponse } from 'node:http'
import { listenOnLoopback } from '../loopback.ts'
import { serveFile } from '../serving.ts'
import { pauseUnless, waitUnless } from '../wait.ts'
import { ApiError } from './answer.ts'
import { type Fault, type Faults, servingOf } from './faults.ts'
import { count } from './ledger.ts'
import { type Bot, methods } from './methods.ts'
import { type Asked, readRequest } from './request.ts'

export interface Door {
  bot: Bot
  faults: Faults
  token(): string
  /** Refuses a send that comes too fast. */
  admit(method: string, chatId: number): void
  control(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>
}

/** Listens on loopback and answers like the Bot API; `/standin/…` is the control. */
export const listen = (door: Door, port: number): Promise<{ origin: string; close(): Promise<void> }> =>
  listenOnLoopback(
    {
      handle: (request, response, ended) => handle(door, request, response, ended),
      failed: (response, error) => fail(response, error, door),
    },
    port,
  )

async function handle(door: Door, request: IncomingMessage, response: ServerResponse, ended: AbortSignal): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://standin')
  if (url.pathname.startsWith('/standin/')) return door.control(request, response, url)
  const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(url.pathname)
  if (file) return download(door, file[1] as string, decodeURIComponent(file[2] as string), request, response, ended)
  const call = /^\/bot([^/]+)\/(\w+)$/.exec(url.pathname)
  if (!call) throw new ApiError(404, 'Not Found')
  await answer(door, call[1] as string, call[2] as string, await readRequest(request, url.searchParams), response, ended)
}

async function answer(door: Door, token: string, name: string, asked: Asked, response: ServerResponse, ended: AbortSignal): Promise<void> {
  const { ledger } = door.bot.world
  count(ledger.calls, name)
  if (decodeURIComponent(token) !== door.token()) throw new ApiError(401, 'Unauthorized')
  const method = methods[name]
  if (!method) ledger.unknownMethods.push(name)
  if (!method) throw new ApiError(404, 'Not Found: method not found')
  const chatId = asked.fields.chat_id === undefined ? undefined : Number(asked.fields.chat_id)
  const fault = door.faults.strike(name, chatId)
  if (fault && (await misfortune(fault, response, ended, door))) return
  if (chatId !== undefined) door.admit(name, chatId)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const result = await method(asked, door.bot, gone.signal)
  if (fault?.kind === 'lose_reply') response.socket?.destroy()
  else write(response, 200, { ok: true, result })
}

/** Plays what comes before the call is carried out; true when it is not to be carried out. */
async function misfortune(fault: Fault, response: ServerResponse, ended: AbortSignal, door: Door): Promise<boolean> {
  count(door.bot.world.ledger.refusals, fault.kind === 'answer' ? (fault.code ?? 400) : fault.kind)
  if (['lose_reply', 'break_off', 'whole'].includes(fault.kind)) return false
  if (fault.kind === 'slow') return fault.until !== undefined ? waitUnless(ended, fault.until) : pauseUnless(ended, fault.ms ?? 1000)
  if (fault.kind === 'reset') response.socket?.resetAndDestroy()
  else if (fault.kind === 'html')
    response.writeHead(fault.code ?? 502, { 'content-type': 'text/html' }).end('<html><h1>Bad Gateway</h1></html>')
  else
    write(response, fault.code ?? 400, {
      ok: false,
      error_code: fault.code ?? 400,
      description: fault.description ?? 'Bad Request',
      parameters: fault.parameters,
    })
  return true
}

async function download(
  door: Door,
  token: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  ended: AbortSignal,
): Promise<void> {
  count(door.bot.world.ledger.calls, 'download')
  if (token !== door.token()) throw new ApiError(401, 'Unauthorized')
  const fault = door.faults.strike('download', undefined)
  if (fault && (await misfortune(fault, response, ended, door))) return
  const bytes = door.bot.world.files.open(path)
  if (!bytes) throw new ApiError(404, 'Not Found')
  door.bot.world.ledger.downloads.push(serveFile(request, response, { bytes, mime: 'application/octet-stream' }, servingOf(fault)))
}

function fail(response: ServerResponse, error: unknown, door: Door): void {
  if (response.destroyed || response.headersSent) return
  if (!(error instanceof ApiError)) return void response.socket?.destroy()
  count(door.bot.world.ledger.refusals, error.code)
  write(response, error.code, { ok: false, error_code: error.code, description: error.message, parameters: error.parameters })
}

export function write(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
