import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError, badRequest } from './answer.ts'
import type { Said } from './customers.ts'
import type { FileContent } from './files.ts'
import { readBody } from './request.ts'
import { write } from './server.ts'
import type { TelegramStandIn } from './stand-in.ts'

type Args = Record<string, unknown>
type Command = (standIn: TelegramStandIn, args: Args) => unknown

/** `POST /standin/<command>` with one JSON object: lets another process play the customers and the misfortunes. */
const commands: Record<string, Command> = {
  meet: (standIn, { customer }) => standIn.meet(customer as number),
  say: (standIn, { text, ...said }) => standIn.say(String(text), said as Said),
  photo: (standIn, args) => standIn.send('photo', contentOf(args), args as Said),
  send: (standIn, { field, ...args }) => standIn.send(field as 'document', contentOf(args), args as Said),
  location: (standIn, { latitude, longitude, ...said }) => standIn.location(Number(latitude), Number(longitude), said as Said),
  contact: (standIn, { name, phone, ...said }) => standIn.contact(String(name), String(phone), said as Said),
  other: (standIn, { content, ...said }) => standIn.other(content as Args, said as Said),
  edit: (standIn, { messageId, text, ...said }) => standIn.edit(Number(messageId), String(text), said as Said),
  react: (standIn, { messageId, emoji, ...said }) => standIn.react(Number(messageId), emoji as string | null, said as Said),
  press: (standIn, { messageId, payload, ...said }) => standIn.press(Number(messageId), String(payload), said as Said),
  block: (standIn, { customer, blocked }) => standIn.block(Number(customer), blocked !== false),
  inject: (standIn, { kind, body }) => standIn.inject(String(kind), body as Args),
  replay: (standIn, { updateId }) => standIn.replay(Number(updateId)),
  fault: (standIn, args) => standIn.fault(args as unknown as Parameters<TelegramStandIn['fault']>[0]),
  'clear-faults': (standIn) => standIn.clearFaults(),
  chaos: (standIn, args) => standIn.disorder(args),
  revoke: (standIn, { token }) => standIn.revokeToken(token as string | undefined),
  renumber: (standIn, { next }) => standIn.renumber(Number(next)),
}

const bodyLimit = 32 * 1024 * 1024

export async function control(standIn: TelegramStandIn, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const name = url.pathname.slice('/standin/'.length)
  if (request.method === 'GET' && name === 'ledger') return write(response, 200, standIn.ledger)
  if (request.method === 'GET' && name === 'state') return write(response, 200, stateOf(standIn))
  if (request.method === 'GET' && name === 'accepted')
    return write(response, 200, acceptedAfter(standIn, Number(url.searchParams.get('after')) || 0))
  const command = request.method === 'POST' ? commands[name] : undefined
  if (!command) throw new ApiError(404, 'Not Found')
  const body = await readBody(request, bodyLimit)
  let args: Args
  try {
    args = body.length ? JSON.parse(body.toString()) : {}
  } catch {
    throw badRequest("can't parse JSON object")
  }
  write(response, 200, { ok: true, result: command(standIn, args) ?? null })
}

function stateOf({ ledger, token, pending, polling, webhookUrl }: TelegramStandIn) {
  const { injected, accepted, calls, unknownMethods, refusals } = ledger
  const acknowledged = injected.filter((one) => one.acknowledgedAt !== undefined).length
  return {
    token: token(),
    pending: pending(),
    polling: polling(),
    webhook: webhookUrl(),
    injected: injected.length,
    acknowledged,
    accepted: accepted.length,
    calls,
    unknownMethods,
    refusals,
  }
}

/** Messages of the hub with a number above `after`: a scripted customer asks this again and again. */
function acceptedAfter({ ledger }: TelegramStandIn, after: number) {
  return { accepted: ledger.accepted.slice(after) }
}

/** `base64` bytes, or a `size` of made-up ones. */
function contentOf({ base64, size }: Args): FileContent {
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : { size: Number(size) || 1024 }
}
