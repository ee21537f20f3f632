// A bridge between Parley and `platform`, which is yours to write. Keep `done` and `waiting` in a database: both outlive a restart.
import { createHmac, timingSafeEqual } from 'node:crypto'

export function createBridge({ secret, platform, retryMs = 1000 }) {
  const [done, waiting] = [new Map(), []]
  let hook, delivering
  const mac = (time, body) => createHmac('sha256', secret()).update(`${time}.${body}`).digest('hex')
  const isOurs = (header, body) => {
    const time = /t=(\d+)/.exec(header)?.[1]
    const fits = ([, given]) => timingSafeEqual(Buffer.from(given), Buffer.from(mac(time, body)))
    return Math.abs(Date.now() / 1000 - Number(time)) < 300 && [...header.matchAll(/v1=([0-9a-f]{64})/g)].some(fits)
  }

  // Parley may call twice with the same id, and must get the same answer.
  const lookup = (call) => done.get(call.id)?.then((message) => ({ message }))
  function message(call) {
    if (!done.has(call.id)) done.set(call.id, platform.send(call))
    done.get(call.id).catch(() => done.delete(call.id))
    return lookup(call)
  }
  const answers = {
    connect: async () => ({ ...platform.account, hook }),
    ping: async () => answers.connect(),
    message,
    lookup,
    ...platform.answers, // edit, removal, reaction, typing, read, file: as far as your platform can
  }
  async function handle(request, response) {
    const body = Buffer.concat(await request.toArray()).toString()
    const answer = (status, said, headers) => response.writeHead(status, headers).end(Buffer.isBuffer(said) ? said : JSON.stringify(said))
    if (!isOurs(request.headers['parley-signature'] ?? '', body)) return answer(401, { message: 'wrong signature' })
    try {
      const call = JSON.parse(body)
      if (call.type === 'connect') hook = call.hook
      const said = await answers[call.type]?.(call)
      if (said === undefined) answer(404, { code: 'not_found', message: 'There is no such thing.' })
      else answer(200, said)
      if (call.type === 'connect') tell()
    } catch ({ status = 500, code, message, headers }) {
      answer(status, { code, message }, headers)
    }
  }

  // In order, again and again, until Parley has kept them.
  async function deliver() {
    while (hook && waiting.length > 0) {
      const body = JSON.stringify({ events: waiting.slice(0, 100) })
      const time = Math.floor(Date.now() / 1000)
      const headers = { 'content-type': 'application/json', 'parley-signature': `t=${time},v1=${mac(time, body)}` }
      const kept = await fetch(hook, { method: 'POST', headers, body }).catch(() => undefined)
      if (kept?.ok) waiting.splice(0, JSON.parse(body).events.length)
      else await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
  function tell(...events) {
    waiting.push(...events)
    delivering ??= deliver().finally(() => (delivering = undefined))
  }
  return { handle, tell, waiting, hook: () => hook }
}
