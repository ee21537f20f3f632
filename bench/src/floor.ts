import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { WebSocketServer } from 'ws'
import { connect } from '../../apps/hub/src/db/connect.ts'

/**
 * What the machine allows: hono, postgres.js and ws, one message per transaction (insert, bump of a counter), then a
 * broadcast of one ready-made frame. Nothing else: no journal, no chat, no rights, no GraphQL.
 */
const sql = connect(process.argv[2] ?? '', { max: 16, onnotice: () => {} })
await sql.unsafe(`create table if not exists floor_counters (workspace int primary key, value bigint not null);
  insert into floor_counters values (1, 0) on conflict do nothing;
  create table if not exists floor_messages (workspace int, id bigint, chat text, external text, body text, at timestamptz default now(), primary key (workspace, id), unique (workspace, chat, external))`)

const sockets = new WebSocketServer({ noServer: true })
const app = new Hono()
app.post('/in', async (c) => {
  const { message } = (await c.req.json()) as { message: { message_id: number; chat: { id: number }; text: string } }
  const id = await sql.begin(async (tx) => {
    const [row] = await tx<{ value: string }[]>`update floor_counters set value = value + 1 where workspace = 1 returning value`
    await tx`insert into floor_messages (workspace, id, chat, external, body) values (1, ${row?.value ?? 0}, ${message.chat.id}, ${message.message_id}, ${message.text})`
    return row?.value
  })
  const frame = JSON.stringify({ id, text: message.text })
  for (const socket of sockets.clients) socket.send(frame)
  return c.body('')
})
/** One frame to everybody, without the database. */
app.post('/frame', async (c) => {
  const frame = await c.req.text()
  for (const socket of sockets.clients) socket.send(frame)
  return c.body('')
})
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.({ port }))
server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws)))
