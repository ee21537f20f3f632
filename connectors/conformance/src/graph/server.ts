import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { listenOnLoopback } from '../loopback.ts'
import { serveFile } from '../serving.ts'
import { type Asked, readRequest } from '../telegram/request.ts'
import { pauseUnless } from '../wait.ts'
import { bodyOf, GraphError, type GraphRefusal, graphErrors } from './errors.ts'
import { type Fault, type Faults, servingOf } from './faults.ts'
import { count } from './ledger.ts'
import type { Route } from './route.ts'
import { routeOf } from './routes.ts'
import type { World } from './world.ts'

export interface Door {
  world: World
  faults: Faults
  token(): string
  appSecret(): string
  /** Lowest version of the API that still answers. */
  oldestVersion: number
  control?(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>
}

const mostBytes = 100 * 1024 * 1024

/** Listens on loopback and answers like graph.facebook.com and its file servers. */
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
  if (url.pathname.startsWith('/standin/') && door.control) return door.control(request, response, url)
  const file = /^\/(cdn|media)\/(\w+)$/.exec(url.pathname)
  if (file) return download(door, file[1] as string, file[2] as string, request, response, ended)
  const { ledger } = door.world
  const path = /^\/v(\d+)\.\d+\/(.+)$/.exec(url.pathname)
  const route = path && routeOf(request.method ?? 'GET', path[2] as string, door.world)
  if (!path || !route) {
    ledger.unknown.push(`${request.method} ${url.pathname}`)
    throw new GraphError(graphErrors.unknownPath)
  }
  count(ledger.calls, route.name)
  if (Number(path[1]) < door.oldestVersion) throw new GraphError(graphErrors.oldVersion)
  authorize(door, route, request, url)
  await answer(door, route, await readRequest(request, url.searchParams, mostBytes), response, ended)
}

function authorize({ world, token, appSecret }: Door, route: Route, request: IncomingMessage, url: URL): void {
  const given = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
  // Addresses are written into logs on their way.
  if (url.searchParams.has('access_token')) world.ledger.unknown.push('a token in an address')
  const ofApp = `${world.accounts.appId}|${appSecret()}`
  if (given !== (route.byApp ? ofApp : token())) throw new GraphError(graphErrors.tokenExpired)
  const proof = createHmac('sha256', appSecret()).update(given).digest('hex')
  if (!route.byApp && url.searchParams.get('appsecret_proof') !== proof) throw new GraphError(graphErrors.noProof)
}

async function answer({ world, faults }: Door, route: Route, asked: Asked, response: ServerResponse, ended: AbortSignal): Promise<void> {
  const { name, to } = route.about(asked)
  if (name !== route.name) count(world.ledger.calls, name)
  const fault = faults.strike(name, to)
  if (fault && (await misfortune(fault, response, ended, world))) return
  const result = await route.run(asked, world)
  if (fault?.kind === 'lose_reply') response.socket?.destroy()
  else write(response, 200, result)
}

/** Plays what comes before the call is carried out; true when it is not to be carried out. */
async function misfortune(fault: Fault, response: ServerResponse, ended: AbortSignal, { ledger }: World): Promise<boolean> {
  count(ledger.refusals, fault.kind === 'answer' ? (fault.refusal?.code ?? 0) : fault.kind)
  if (['lose_reply', 'break_off', 'whole'].includes(fault.kind)) return false
  if (fault.kind === 'slow') return pauseUnless(ended, fault.ms ?? 1000)
  if (fault.kind === 'reset') response.socket?.resetAndDestroy()
  else if (fault.kind === 'html')
    response.writeHead(fault.status ?? 502, { 'content-type': 'text/html' }).end('<html><h1>Bad Gateway</h1></html>')
  else refuse(response, fault.refusal ?? graphErrors.transient)
  return true
}

/** Links of Messenger and Instagram are open to who knows them; those of WhatsApp want the token. */
async function download(
  door: Door,
  shelf: string,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  ended: AbortSignal,
): Promise<void> {
  count(door.world.ledger.calls, 'download')
  const fault = door.faults.strike('download', undefined)
  if (fault && (await misfortune(fault, response, ended, door.world))) return
  if (shelf === 'media' && request.headers.authorization !== `Bearer ${door.token()}`) return void response.writeHead(401).end()
  const file = door.world.files.find(id)
  if (!file) return void response.writeHead(shelf === 'cdn' ? 403 : 404).end('URL signature expired')
  serveFile(request, response, file, servingOf(fault))
}

function fail(response: ServerResponse, error: unknown, { world }: Door): void {
  if (response.destroyed || response.headersSent) return
  if (!(error instanceof GraphError)) return void response.socket?.destroy()
  count(world.ledger.refusals, error.refusal.code)
  refuse(response, error.refusal)
}

function refuse(response: ServerResponse, refusal: GraphRefusal): void {
  const use = refusal.regainMinutes && {
    'x-business-use-case-usage': JSON.stringify({ '1': [{ type: 'messenger', estimated_time_to_regain_access: refusal.regainMinutes }] }),
  }
  write(response, refusal.status, bodyOf(refusal), use || {})
}

export function write(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers }).end(JSON.stringify(body))
}
