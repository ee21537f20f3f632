import { connect } from '../../apps/hub/src/db/connect.ts'
import { cpuMs, hammer, poster, quantile, round, steady } from './load.ts'
import { openConsole, type Stage, update } from './stage.ts'

const perSecond = 50
const warmSeconds = 10
const seconds = 30

/** A full desk: every operator holds his chats and has his console open; from the customer's POST to the frame at the one who holds the chat. */
export async function crowd(stage: Stage, operators = 200, chatsEach = 20): Promise<string[]> {
  const cookies = new Map<string, string>()
  for (let n = 0; n < operators; n += 1) {
    const { id, cookie } = await addOperator(stage, n)
    cookies.set(id, cookie)
  }
  const chats = operators * chatsEach
  const post = poster(stage.webhook.url, 8)
  await hammer(chats, 8, (n) => post(update(n, chats), stage.webhook.headers))
  const holders = await handOut(stage, [...cookies.keys()])

  const sent = new Map<string, number>()
  const values: number[] = []
  let frames = 0
  const sockets = []
  for (const [id, cookie] of cookies)
    sockets.push(
      await openConsole(
        stage,
        (frame) => {
          frames += 1
          const key = /Message (\d+):/.exec(frame)?.[1] ?? ''
          const at = sent.get(key)
          if (at === undefined || !frame.includes('"message_received"') || holders.get(customerOf(frame)) !== id) return
          values.push(performance.now() - at)
          sent.delete(key)
        },
        cookie,
      ),
    )
  const commits = bareCommits(stage)
  const before = cpuMs(stage.hubProcess.pid)
  const count = perSecond * (warmSeconds + seconds)
  await steady(count, perSecond, async (n) => {
    // Steps that share no factor with the number of chats: every operator's customers write in turn.
    const text = update(n * 7_919, chats)
    sent.set(/Message (\d+):/.exec(text)?.[1] ?? '', performance.now())
    const { status } = await post(text, stage.webhook.headers)
    if (status !== 200) throw new Error(`void: answered ${status}`)
  })
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const used = cpuMs(stage.hubProcess.pid) - before
  const bare = await commits.end()
  for (const socket of sockets) socket.close()
  if (sent.size > 0) throw new Error(`void: ${sent.size} messages did not reach their operator`)
  const measured = values.slice(perSecond * warmSeconds)
  return [
    `${operators} operators with ${chatsEach} chats each, ${perSecond} messages/s → screen: p50 ${round(quantile(measured, 0.5), 1)} ms, p99 ${round(quantile(measured, 0.99), 1)} ms (goal p99 150); ${round(frames / count, 1)} frames and ${round(used / count, 1)} ms of the hub's processor each`,
    `a bare commit meanwhile: p50 ${round(quantile(bare, 0.5), 1)} ms, p99 ${round(quantile(bare, 0.99), 1)} ms, the slowest ${round(quantile(bare, 1), 1)} ms`,
  ]
}

/** What the disk and the database alone take in the same minutes: one small row at a time, on a connection of its own. */
function bareCommits(stage: Stage) {
  const sql = connect(stage.databaseUrl, { max: 1, onnotice: () => {} })
  const times: number[] = []
  let isOver = false
  const loop = (async () => {
    await sql`create table bench_commits (n int)`
    while (!isOver) {
      const began = performance.now()
      await sql`insert into bench_commits values (1)`
      times.push(performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return {
    async end(): Promise<number[]> {
      isOver = true
      await loop
      await sql.end()
      return times
    },
  }
}

const customerOf = (frame: string): string => /"name":"(Customer \d+)"/.exec(frame)?.[1] ?? ''

/** Invited and signed in as a person would be; each from an address of his own, as the hub limits how often one may try. */
async function addOperator(stage: Stage, n: number): Promise<{ id: string; cookie: string }> {
  const { inviteOperator } = await stage.ask(
    'mutation($input: InviteOperatorInput!) { inviteOperator(input: $input) { ... on OperatorInvitation { url operator { id } } ... on Refusal { message } } }',
    { input: { name: `Operator ${n}`, email: `operator${n}@bench.example`, role: 'operator' } },
  )
  if (!inviteOperator.url) throw new Error(inviteOperator.message)
  const response = await fetch(`${stage.hub}/invite`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stage.hub, 'x-forwarded-for': `10.0.${Math.floor(n / 250)}.${1 + (n % 250)}` },
    body: JSON.stringify({ token: new URL(inviteOperator.url).searchParams.get('token'), password: 'correct horse battery' }),
  })
  if (!response.ok) throw new Error(await response.text())
  const cookie = response.headers.getSetCookie().map((one) => one.split(';')[0])
  return { id: inviteOperator.operator.id, cookie: cookie.join('; ') }
}

/** Gives the waiting chats to the operators in turn, straight in the tables. Answers with who holds the chat of a customer, by his name. */
async function handOut(stage: Stage, ids: string[]): Promise<Map<string, string>> {
  const sql = connect(stage.databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const rows = await sql<{ name: string; operator_id: string }[]>`
      with waiting as (select workspace_id, id, row_number() over (order by number) as n from chats where state = 'queued')
      update chats c set state = 'serving', operator_id = (${ids}::uuid[])[1 + n % ${ids.length}], held_since = now(), held_seen = true
      from waiting w, customers p
      where w.workspace_id = c.workspace_id and w.id = c.id and p.workspace_id = c.workspace_id and p.id = c.customer_id
      returning p.name, c.operator_id`
    await sql.unsafe('vacuum analyze')
    return new Map(rows.map((row) => [row.name, row.operator_id]))
  } finally {
    await sql.end()
  }
}
