import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo, Socket } from 'node:net'
import { buildSchema, graphql } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import type { Chat, File, Frame, Given, Message, Site } from '../src/app/types.ts'
import { inkOn } from '../src/shared/colour.ts'
import { languageOf } from '../src/shared/language.ts'
import { blank, bodyOf, createUploads, messageOf, pageOf, sendFile } from './standin-parts.ts'

/** The hub as a visitor meets it, in memory: the real visitor schema over HTTP and WebSocket, with a ledger and with faults on demand. */

const require = createRequire(import.meta.url)
export const visitorSchema = readFileSync(require.resolve('@parley/schema/visitor.graphql'), 'utf8')

const signedOut = { __typename: 'Refusal', code: 'signed_out', message: 'You are signed out.', field: null, remedy: 'Sign in again.' }

interface Asker {
  person?: Person
  /** He showed a token. */
  shown: boolean
}
interface Person {
  id: string
  token: string
  name: string
  email: string
  chat?: Chat
  messages: Message[]
  events: Frame[]
  /** Events that were thrown away: a cursor below this is told to reset. */
  forgotten: number
  acknowledged: { messageId: string; read: boolean }[]
  typed: boolean[]
  previews: string[]
  /** What he filled in, and what the page said of him. */
  said: Given[]
  told: Given[]
}

const launcherWords = {
  en: ['Chat with us', 'Leave a message', 'Hide chat', 'unread'],
  'pt-BR': ['Fale conosco', 'Deixe uma mensagem', 'Ocultar o chat', 'não lidas'],
  ru: ['Напишите нам', 'Оставить сообщение', 'Свернуть чат', 'не прочитано'],
  es: ['Escríbenos', 'Deja un mensaje', 'Ocultar el chat', 'sin leer'],
}

export type Standin = Awaited<ReturnType<typeof startStandin>>

export async function startStandin({ root = new URL('../dist/', import.meta.url) }: { root?: URL } = {}) {
  const schema = buildSchema(visitorSchema)
  const site: Site = {
    name: 'Loja Aurora',
    online: true,
    language: 'en',
    accent: '#2563eb',
    greeting: 'Hello! How can we help?',
    offlineText: null,
    opensAt: null,
    takesRequests: false,
    maxFileBytes: 2 * 1024 * 1024,
    previewsTyping: false,
    style: '',
    logoUrl: null,
    asks: [
      { name: 'name', kind: 'name', label: null, options: [], required: true },
      { name: 'email', kind: 'email', label: null, options: [], required: true },
    ],
  }
  const people = new Map<string, Person>()
  const { uploads, receive, keep } = createUploads()
  const wakes = new Set<() => void>()
  const sockets = new Set<Socket>()
  let feeds = 0
  /** How many of the next requests of one operation meet a fault: `lose` does the work and swallows the answer. */
  const faults = { lose: 0, fail: 0, defects: 0, down: false }
  /** Every message accepted, in order. */
  const ledger: { clientId: string; text: string | null }[] = []
  const left: { title: string; by: string }[] = []
  /** What happens while a request is on its way here; its answer waits for it. */
  const meanwhile: { does?: ((query: string) => unknown) | undefined } = {}

  const wake = () => wakes.forEach((ring) => void ring())

  function record(person: Person, part: Partial<Frame>) {
    const cursor = person.forgotten + person.events.length + 1
    person.events.push({ cursor, reset: false, message: null, chat: null, typing: null, online: null, ...part })
    wake()
  }

  function tell(person: Person, message: Message, before?: number) {
    const at = before ?? person.messages.findIndex((known) => known.id === message.id)
    if (at < 0) person.messages.push(message)
    else person.messages[at] = message
    record(person, { message: { ...message } })
  }

  function welcome(name: string, email: string, said: Given[] = []): Person {
    const person: Person = {
      id: randomUUID(),
      token: randomUUID(),
      name,
      email,
      said,
      told: [],
      messages: [],
      events: [],
      forgotten: 0,
      acknowledged: [],
      typed: [],
      previews: [],
    }
    people.set(person.token, person)
    return person
  }

  const visitorOf = (person: Person) => ({
    ...person,
    asks: [],
    chat: person.chat && { ...person.chat, messages: (args: { last?: number; before?: string }) => pageOf(person.messages, args) },
  })

  const resolvers = {
    site: ({ key }: { key: string }) => (key === 'demo' ? site : null),
    visitor: (_: unknown, { person }: { person?: Person }) => (person ? visitorOf(person) : null),
    startVisitor({ input }: { input: { values: Given[] } }) {
      const said = (name: string) => input.values.find(({ field }) => field === name)?.values[0] ?? ''
      if (said('email').endsWith('@blocked.example'))
        return {
          __typename: 'Refusal',
          code: 'bad_email',
          field: 'email',
          message: 'This address cannot be used.',
          remedy: 'Use another one.',
        }
      const person = welcome(said('name'), said('email'), input.values)
      return { __typename: 'StartVisitorSuccess', token: person.token, visitor: visitorOf(person) }
    },
    /** Whoever it says, without what the browser's visitor said before. */
    identify({ input }: { input: { token: string } }, { person }: { person?: Person }) {
      if (person) people.delete(person.token)
      const known = welcome(input.token, `${input.token}@signed.example`)
      return { __typename: 'StartVisitorSuccess', token: known.token, visitor: visitorOf(known) }
    },
    leaveRequest({ input }: { input: { title: string; name?: string; email?: string } }, { person, shown }: Asker) {
      if (!person && shown) return signedOut
      const by = person ?? welcome(input.name ?? '', input.email ?? '')
      left.push({ title: input.title, by: by.name })
      return { __typename: 'LeaveRequestSuccess', token: person ? null : by.token, number: left.length, visitor: visitorOf(by) }
    },
    describeVisitor({ input }: { input: { values: Given[]; bySite: boolean } }, { person }: { person?: Person }) {
      if (!person) return signedOut
      const strange = input.values.find(({ field }) => field === 'strange')
      if (strange) return { __typename: 'Refusal', code: 'not_found', field: 'strange', message: 'Not found.', remedy: null }
      if (input.bySite) person.told.push(...input.values)
      else person.said.push(...input.values)
      return { __typename: 'Visitor', ...visitorOf(person), asks: [] }
    },
    sendMessage(
      { input }: { input: { clientId: string; text?: string; fileIds?: string[]; replyToId?: string } },
      { person }: { person?: Person },
    ) {
      if (!person) return signedOut
      if (faults.defects > 0) {
        faults.defects--
        return { __typename: 'Refusal', code: 'defect', message: 'Something went wrong.', field: null, remedy: null }
      }
      const known = person.messages.find((message) => message.clientId === input.clientId)
      if (known) return { __typename: 'VisitorMessage', ...known }
      if (input.text === 'refuse me')
        return { __typename: 'Refusal', code: 'too_rude', message: 'That cannot be sent.', field: 'text', remedy: null }
      if (!person.chat || person.chat.state === 'closed') {
        person.chat = {
          id: randomUUID(),
          state: 'queued',
          operatorName: null,
          place: 1,
          unread: 0,
          mayRate: false,
          mayMail: false,
          rating: null,
        }
        record(person, { chat: { ...person.chat } })
      }
      const files = (input.fileIds ?? []).map((id) => linked(uploads.get(id)?.file as File))
      const message = messageOf(person.messages.length, {
        clientId: input.clientId,
        author: 'you',
        authorName: person.name,
        text: input.text ?? null,
        replyTo: person.messages.find((message) => message.id === input.replyToId) ?? null,
        files,
        delivery: 'sent',
      })
      ledger.push({ clientId: input.clientId, text: message.text })
      tell(person, message)
      return { __typename: 'VisitorMessage', ...message }
    },
    endChat({ input }: { input: { chatId: string } }, { person }: { person?: Person }) {
      if (person?.chat?.id !== input.chatId)
        return { __typename: 'Refusal', code: 'not_found', message: 'Not found.', field: null, remedy: null }
      person.chat = { ...person.chat, state: 'closed', operatorName: null, place: null, mayRate: true }
      record(person, { chat: { ...person.chat } })
      return { __typename: 'VisitorChat', ...person.chat }
    },
    acknowledge(args: { messageId: string; read: boolean }, { person }: { person?: Person }) {
      person?.acknowledged.push({ messageId: args.messageId, read: args.read })
      if (args.read && person?.chat) person.chat = { ...person.chat, unread: 0 }
      return true
    },
    setTyping({ on, text }: { on: boolean; text?: string }, { person }: { person?: Person }) {
      person?.typed.push(on)
      if (text) person?.previews.push(text)
      return true
    },
    visitorFeed: ({ after }: { after?: number | null }, { person }: { person?: Person }) => feedOf(person, after),
  }

  async function* feedOf(person: Person | undefined, after: number | null | undefined) {
    if (!person) return
    const pending: Partial<Frame>[] = []
    let ring = () => {}
    const wakeUp = () => ring()
    ephemeral.set(person.token, (ephemeral.get(person.token) ?? new Set()).add(pending))
    wakes.add(wakeUp)
    feeds++
    try {
      const last = () => person.forgotten + person.events.length
      const stale = typeof after === 'number' && after < person.forgotten
      let cursor = typeof after === 'number' && !stale ? after : last()
      yield { visitorFeed: blank(cursor, { reset: stale }) }
      while (true) {
        for (const event of person.events.filter((each) => each.cursor > cursor)) {
          cursor = event.cursor
          yield { visitorFeed: event }
        }
        for (const part of pending.splice(0)) yield { visitorFeed: blank(0, part) }
        if (cursor < person.forgotten) {
          cursor = last()
          yield { visitorFeed: blank(cursor, { reset: true }) }
        } else if (!pending.length && cursor >= last()) await new Promise<void>((resolve) => (ring = resolve))
      }
    } finally {
      feeds--
      wakes.delete(wakeUp)
      ephemeral.get(person.token)?.delete(pending)
    }
  }
  const ephemeral = new Map<string, Set<Partial<Frame>[]>>()

  function pass(person: Person, part: Partial<Frame>) {
    for (const pending of ephemeral.get(person.token) ?? []) pending.push(part)
    wake()
  }

  function linked(file: File): File {
    const url = `/files/${file.id}?until=${Date.now() + 300_000}`
    return { ...file, url, thumbnailUrl: file.kind === 'image' ? url : null }
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://hub')
    if (faults.down) return void request.socket.destroy()
    if (pathname === '/widget.js') return sendFile(response, new URL('widget.js', root))
    if (pathname === '/widget/frame') return sendFile(response, new URL('app/index.html', root))
    if (pathname.startsWith('/widget/assets/')) return sendFile(response, new URL(`app/${pathname.slice('/widget/'.length)}`, root))
    if (pathname === '/widget/status') {
      const known = searchParams.get('channel') === 'demo'
      const words = launcherWords[languageOf(searchParams.get('language')) ?? 'en']
      response.writeHead(known ? 200 : 404, { 'access-control-allow-origin': '*', 'content-type': 'application/json' })
      return void response.end(
        known
          ? JSON.stringify({
              online: site.online,
              name: site.name,
              accent: site.accent,
              css: `button{--a:${site.accent};--i:${inkOn(site.accent)}}`,
              language: site.language,
              greeting: site.greeting,
              words,
            })
          : '{}',
      )
    }
    const shown = (request.headers.authorization ?? '').replace('Visitor ', '')
    if (pathname === '/widget/graphql') {
      const { query, variables } = JSON.parse((await bodyOf(request)).toString()) as { query: string; variables: Record<string, unknown> }
      const waits = meanwhile.does?.(query)
      const person = people.get(shown)
      const sending = query.includes('sendMessage')
      if (sending && faults.fail > 0) {
        faults.fail--
        return void response.writeHead(503).end('{}')
      }
      const result = await graphql({
        schema,
        source: query,
        variableValues: variables,
        rootValue: resolvers,
        contextValue: { person, shown: shown !== '' },
      })
      await waits
      if (sending && faults.lose > 0) {
        faults.lose--
        return void request.socket.destroy()
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      return void response.end(JSON.stringify(result))
    }
    if (pathname === '/widget/files') return void receive(request, response, people.has(shown))
    if (pathname.startsWith('/files/')) {
      const upload = uploads.get(pathname.slice(7))
      if (!upload) return void response.writeHead(404).end()
      response.writeHead(200, {
        'content-type': upload.file.mime,
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
      })
      return void response.end(upload.bytes)
    }
    response.writeHead(404).end()
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const socketServer = new WebSocketServer({ noServer: true, handleProtocols: () => 'graphql-transport-ws' })
  useServer(
    {
      schema,
      roots: { subscription: resolvers },
      context: ({ connectionParams }) => ({ person: people.get(String(connectionParams?.token)) }),
      onConnect: ({ connectionParams, extra }) => {
        if (people.has(String(connectionParams?.token))) return true
        extra.socket.close(4401, 'signed out')
        return false
      },
    },
    socketServer,
  )
  server.on('upgrade', (request, socket, head) => {
    if (faults.down) socket.destroy()
    else socketServer.handleUpgrade(request, socket, head, (client) => socketServer.emit('connection', client, request))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    site,
    people,
    ledger,
    left,
    meanwhile,
    faults,
    keep,
    feeds: () => feeds,
    person: () => [...people.values()][people.size - 1] as Person,
    /** An operator answers. */
    say(text: string | null, more: Partial<Message> = {}, person = [...people.values()][people.size - 1] as Person) {
      if (person.chat) person.chat = { ...person.chat, unread: person.chat.unread + 1 }
      const message = messageOf(person.messages.length, {
        author: 'operator',
        authorName: 'Ana',
        text,
        ...more,
        files: (more.files ?? []).map(linked),
      })
      tell(person, message)
      return message
    },
    change(message: Message, person = [...people.values()][people.size - 1] as Person) {
      tell(person, message)
    },
    chat(change: Partial<Chat>, person = [...people.values()][people.size - 1] as Person) {
      person.chat = { ...(person.chat as Chat), ...change }
      record(person, { chat: { ...person.chat } })
    },
    typing(typing: boolean) {
      pass([...people.values()][people.size - 1] as Person, { typing })
    },
    queue(queue: { place: number; usualWait: number | null }) {
      pass([...people.values()][people.size - 1] as Person, { queue })
    },
    online(online: boolean) {
      site.online = online
      for (const person of people.values()) pass(person, { online })
    },
    /** Throws away the events kept so far, so that older cursors must reset. */
    forget(person = [...people.values()][people.size - 1] as Person) {
      person.forgotten += person.events.length + 1
      person.events = []
    },
    /** Cuts every connection there is. */
    cut() {
      for (const client of socketServer.clients) client.terminate()
      for (const socket of sockets) socket.destroy()
    },
    async stop() {
      for (const client of socketServer.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
