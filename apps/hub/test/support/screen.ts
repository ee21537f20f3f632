import { type Follower, type Person, untilTrue } from './hub.ts'

/** What the desk shows of things, as its own documents ask for it. */
const chatFields = `id number state threadKind openedAt closedAt lastMessageAt waitingSince unread firstUnreadId replyWindowEndsAt closedFully snoozedAt snoozedUntil calmedAt missedAt elsewhereSince handOver { to failure { code } }
  channel { id } tags { id } customer { id name tags { id } } operator { id name } group { id name } participants { id name } heldSeen
  lastMessage { id direction authorKind authorName operator { id } text removedAt delivery }`
const messageFields = `__typename id chatId direction authorKind authorName text at position editedAt removedAt late delivery clientId operator { id name }
  files { id name state } replyTo { id text removedAt } reactions { by emoji } changes { id kind state text emoji }`
const commentFields =
  '__typename id chatId text at audience editedAt removedAt clientId author { id name } toOperator { id } mentions { id name }'
const activityFields = `__typename id type at comment until wakeReason full byCustomer continuesIn operator { id name } fromOperator { id } toOperator { id } toGroup { id }
  leaver { id } reason { code free load capacity minutes }`
const customerFields =
  '__typename id name email phone taxId version registeredAt values { values field { id } } tags { id } identities { id name reachable block { id reason until } }'
const noteFields = '__typename id customerId text at editedAt removedAt clientId author { id name }'
const operatorFields = 'id name role active presence'
const requestFields = 'id title state operator { id } group { id }'
const mayFields = 'reply comment commentToOperator take transfer takeOver close reopen snooze calm handOver transcript block share leave'
const formFields = 'field { id label } values'
const alertFields = '__typename id kind at readAt chatId by { id name }'
const feed = `subscription { feed { cursor reset event { type goneChatId operator { ${operatorFields} } chat { ${chatFields} } message { ${messageFields} } comment { ${commentFields} }
  activity { ${activityFields} } customer { ${customerFields} } note { ${noteFields} } alert { ${alertFields} } tag { id } goneTag { id intoId } } } }`
const all = `{ filteredChats(filter: { all: [] }, first: 50) { edges { node { ${chatFields} } } } }`
const one = `query($id: ID!) { chat(id: $id) { may { ${mayFields} } formAnswers { ${formFields} } timeline(last: 100) { edges { node { __typename ... on Message { ${messageFields} } ... on Comment { ${commentFields} } ... on Activity { ${activityFields} } } } } } }`
const rights = `query($id: ID!) { chat(id: $id) { may { ${mayFields} } } }`
const form = `query($id: ID!) { chat(id: $id) { formAnswers { ${formFields} } } }`
const requests = `{ requests(first: 50) { edges { node { ${requestFields} } } } }`
const customer = `query($id: ID!) { customer(id: $id) { ${customerFields} notes(first: 50) { edges { node { ${noteFields} } } } } }`
const own = `{ operator { id } operators { ${operatorFields} } alerts(first: 100) { edges { node { ${alertFields} } } } sections { new missed mine snoozed others closed } }`

type Item = Record<string, any>
/** Chats, what was said in each, their customers and what was noted about these; the team, requests, what calls this person, and how many chats stand where. */
export interface Shown {
  chats: Record<string, Item>
  timelines: Record<string, Item[]>
  customers: Record<string, Item>
  notes: Record<string, Item[]>
  alerts: Item[]
  /** What this person may do with each chat, and what is filled in about it. */
  may: Record<string, Item>
  forms: Record<string, Item[]>
  operators: Item[]
  requests: Item[]
  counts: Record<string, number | null>
}
const byId = <T extends Item>(a: T, b: T) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
/** Order says nothing in sets of tags and of people. */
const even = (chat: Item): Item => ({
  ...chat,
  tags: [...chat.tags].sort(byId),
  participants: [...chat.participants].sort(byId),
  customer: { ...chat.customer, tags: [...chat.customer.tags].sort(byId) },
})
const evenCustomer = (one: Item): Item => ({
  ...one,
  tags: [...one.tags].sort(byId),
  identities: [...one.identities].sort(byId),
  values: [...one.values].sort((a, b) => (a.field.id < b.field.id ? -1 : 1)),
})
const inOrder = (a: Item, b: Item) =>
  a.at === b.at ? (a.position ?? 0) - (b.position ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) : a.at < b.at ? -1 : 1
const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Everything this person may see, asked anew. */
export async function loadScreen(person: Person): Promise<Shown> {
  const { filteredChats } = await person.get(all)
  const chats = filteredChats.edges.map(({ node }: any) => even(node))
  const { alerts, sections, operators } = await person.get(own)
  const shown: Shown = {
    chats: {},
    timelines: {},
    customers: {},
    notes: {},
    may: {},
    forms: {},
    alerts: nodesOf(alerts).sort(byId),
    operators: operators.sort(byId),
    requests: await requestsOf(person),
    counts: sections,
  }
  for (const chat of chats) {
    const { timeline, may, formAnswers } = (await person.get(one, { id: chat.id })).chat ?? {}
    // Gone between the two questions.
    if (!timeline) continue
    shown.chats[chat.id] = chat
    shown.timelines[chat.id] = timeline.edges.map(({ node }: any) => node)
    shown.may[chat.id] = may
    shown.forms[chat.id] = formAnswers
    if (shown.customers[chat.customer.id]) continue
    const { notes, ...profile } = (await person.get(customer, { id: chat.customer.id })).customer ?? {}
    if (!notes) continue
    shown.customers[chat.customer.id] = evenCustomer(profile)
    shown.notes[chat.customer.id] = nodesOf(notes).sort(byId)
  }
  return { ...shown, chats: sorted(shown.chats), timelines: sorted(shown.timelines), customers: sorted(shown.customers) }
}
const requestsOf = async (person: Person): Promise<Item[]> => nodesOf((await person.get(requests)).requests).sort(byId)
const nodesOf = ({ edges }: { edges: { node: Item }[] }): Item[] => edges.map(({ node }) => node)

/** How many of the chats that are shown stand in which section, by the words of the sections alone. */
export function countsOf(chats: Item[], operatorId: string): Record<string, number> {
  const isOwn = ({ operator, participants }: Item) =>
    operator?.id === operatorId || participants.some(({ id }: { id: string }) => id === operatorId)
  const count = (fits: (chat: Item) => boolean) => chats.filter(fits).length
  return {
    new: count(({ state, missedAt }) => state === 'queued' && missedAt === null),
    missed: count(({ state, missedAt }) => state === 'queued' && missedAt !== null),
    mine: count((chat) => chat.state === 'serving' && isOwn(chat) && chat.snoozedAt === null),
    snoozed: count((chat) => chat.state === 'serving' && isOwn(chat) && chat.snoozedAt !== null),
    others: count((chat) => chat.state === 'serving' && !isOwn(chat)),
    closed: count(({ state }) => state === 'closed'),
  }
}

/** A desk without a page: what was loaded when it was opened, and every event since, put in place as the console does it. */
export interface Screen {
  person: Person & { id: string }
  readonly shown: Shown
  /** Until a frame that fits, and all before it, is applied. */
  until(fits: (frame: any) => boolean): Promise<void>
  end(): void
}

export async function openScreen(person: Person & { id: string }): Promise<Screen> {
  const follower: Follower = person.follow(feed)
  await follower.until((frame) => frame.event === null, 60_000)
  const screen: Desk = { person, shown: await loadScreen(person), due: new Set() }
  let applied = follower.frames.length
  let ended = false
  /** One after the other, as they come: what an event makes a desk ask is asked then. */
  const applyAll = async () => {
    while (!ended) {
      const frame = follower.frames[applied]
      if (!frame) {
        await askAnew(screen)
        await new Promise((resolve) => setTimeout(resolve, 5))
      } else {
        if (frame.error) throw new Error(`the feed broke: ${JSON.stringify(frame)}`)
        // What this person may see has changed: the desk is loaded anew.
        if (frame.reset) screen.shown = await loadScreen(person)
        if (frame.event) await apply(screen, frame.event)
        applied += 1
      }
    }
  }
  const applying = applyAll()
  let fault: unknown
  applying.catch((error) => {
    fault = error
  })
  let looked = applied
  return {
    person,
    get shown() {
      return screen.shown
    },
    until: async (fits) => {
      let found = false
      await untilTrue(() => {
        if (fault) throw fault
        while (!found && looked < applied) found = fits(follower.frames[looked++])
        return found && screen.due.size === 0
      }, 60_000)
    },
    end: () => {
      ended = true
      follower.end()
    },
  }
}

/** By what a desk asks anew what one may do with a chat, as `useThread` of the console has it. */
const standing = (chat?: Item): string =>
  chat
    ? [
        chat.state,
        chat.operator?.id,
        chat.group?.id,
        chat.participants.map(({ id }: Item) => id).join(),
        chat.calmedAt !== null,
        chat.closedFully,
      ].join(' ')
    : ''

interface Desk {
  person: Person & { id: string }
  shown: Shown
  /** What is to be asked anew, once however often it was told. */
  due: Set<'forms' | 'requests' | 'all'>
}

async function askAnew(desk: Desk): Promise<void> {
  const { person, due } = desk
  if (due.has('all')) desk.shown = await loadScreen(person)
  else {
    if (due.has('forms')) for (const id of Object.keys(desk.shown.forms)) await askForm(person, desk.shown, id)
    if (due.has('requests')) desk.shown.requests = await requestsOf(person)
  }
  due.clear()
}

async function apply(screen: Desk, event: any): Promise<void> {
  const { person, shown } = screen
  if (event.goneChatId) {
    dropChat(shown, event.goneChatId)
    return
  }
  const { chat, activity, comment, message } = event
  if (chat) {
    const before = standing(shown.chats[chat.id])
    rename(shown, chat.id, shown.chats[chat.id]?.customer.name, chat.customer.name)
    shown.chats[chat.id] = even(chat)
    if (standing(shown.chats[chat.id]) !== before) {
      const asked = (await person.get(rights, { id: chat.id })).chat
      // Another event tells that it is gone.
      if (asked) shown.may[chat.id] = asked.may
    }
    if (event.type === 'chat_form' || !shown.forms[chat.id]) await askForm(person, shown, chat.id)
  }
  if (chat && activity) put(shown, chat.id, activity)
  // Some of what was said there is in another chat now.
  if (chat && (event.type === 'chat_parted' || activity?.continuesIn)) {
    const asked = (await person.get(one, { id: chat.id })).chat
    if (asked) shown.timelines[chat.id] = nodesOf(asked.timeline)
  }
  if (comment) put(shown, comment.chatId, comment)
  if (message) put(shown, message.chatId, message)
  if (event.note) putNote(shown, event.note)
  if (event.alert) shown.alerts = [...shown.alerts.filter(({ id }) => id !== event.alert.id), event.alert].sort(byId)
  if (event.customer) putCustomer(shown, evenCustomer(event.customer))
  // Notes went along: a desk asks for them anew.
  if (event.type === 'customer_merged') delete shown.notes[event.customer.id]
  if (event.goneTag) replaceTag(shown, event.goneTag)
  if (event.operator) putOperator(shown, event.operator)
  if (event.type === 'form_changed') screen.due.add('forms')
  if (event.type === 'request_changed') screen.due.add('requests')
  // The company's own fields decide what is shown of its customers.
  if (event.type === 'field_changed') screen.due.add('all')
}

async function askForm(person: Person, shown: Shown, id: string): Promise<void> {
  const asked = (await person.get(form, { id })).chat
  if (asked) shown.forms[id] = asked.formAnswers
}
function dropChat(shown: Shown, id: string): void {
  const left = shown.chats[id]?.customer.id
  delete shown.chats[id]
  delete shown.timelines[id]
  delete shown.may[id]
  delete shown.forms[id]
  // Who has no chat in sight is in sight no more; his profile is asked for anew when it is looked at again.
  if (!Object.values(shown.chats).some(({ customer }) => customer.id === left)) {
    delete shown.customers[left]
    delete shown.notes[left]
  }
}
/** Who is called otherwise now is called so wherever he stands. */
function putOperator(shown: Shown, operator: Item): void {
  shown.operators = [...shown.operators.filter(({ id }) => id !== operator.id), operator].sort(byId)
  const called = (value: any): any => {
    if (Array.isArray(value)) return value.map(called)
    if (value === null || typeof value !== 'object') return value
    const parts = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, called(part)]))
    if (parts.authorKind === 'operator' && parts.operator?.id === operator.id) parts.authorName = operator.name
    return parts.id === operator.id && 'name' in parts ? { ...parts, name: operator.name } : parts
  }
  Object.assign(shown, {
    chats: called(shown.chats),
    timelines: called(shown.timelines),
    notes: called(shown.notes),
    alerts: called(shown.alerts),
  })
}
/** A timeline that was never looked at is loaded when it is. */
function put(shown: Shown, chatId: string, item: Item): void {
  const timeline = shown.timelines[chatId]
  if (timeline) shown.timelines[chatId] = [...timeline.filter(({ id }) => id !== item.id), item].sort(inOrder)
}
/** Only where somebody has asked for those of its customer. */
function putNote(shown: Shown, note: Item): void {
  const notes = shown.notes[note.customerId]
  if (!notes) return
  const others = notes.filter(({ id }) => id !== note.id)
  shown.notes[note.customerId] = note.removedAt ? others : [...others, note].sort(byId)
}
function putCustomer(shown: Shown, now: Item): void {
  if (shown.customers[now.id]) shown.customers[now.id] = now
  const { id, name, tags } = now
  for (const chat of Object.values(shown.chats)) {
    if (chat.customer.id !== id) continue
    rename(shown, chat.id, chat.customer.name, name)
    shown.chats[chat.id] = { ...chat, customer: { id, name, tags }, lastMessage: named(chat.lastMessage, chat.customer.name, name) }
  }
}
const named = (said: Item | null, from: string, to: string) =>
  said?.authorKind === 'customer' && said.authorName === from ? { ...said, authorName: to } : said
function rename(shown: Shown, chatId: string, from: string, to: string): void {
  const timeline = shown.timelines[chatId]
  if (timeline) shown.timelines[chatId] = timeline.map((item) => named(item, from, to) as Item)
}
function replaceTag(shown: Shown, gone: { id: string; intoId: string | null }): void {
  const without = (tags: { id: string }[]) => {
    if (!tags.some(({ id }) => id === gone.id)) return tags
    const rest = tags.filter(({ id }) => id !== gone.id && id !== gone.intoId)
    return (gone.intoId ? [...rest, { id: gone.intoId }] : rest).sort(byId)
  }
  for (const chat of Object.values(shown.chats))
    shown.chats[chat.id] = { ...chat, tags: without(chat.tags), customer: { ...chat.customer, tags: without(chat.customer.tags) } }
  for (const one of Object.values(shown.customers)) shown.customers[one.id] = { ...one, tags: without(one.tags) }
}

/** What is shown in `screen` beside what is there: only what both can know, since a desk has not looked into every chat. */
export function compared(screen: Shown, fresh: Shown): [Shown, Shown] {
  const looked = new Set(Object.keys(screen.timelines).filter((id) => fresh.timelines[id]))
  const known = new Set(Object.keys(screen.customers).filter((id) => fresh.customers[id]))
  const part = ({ chats, timelines, customers, notes, alerts, counts, may, forms, operators, requests }: Shown): Shown => ({
    alerts,
    counts,
    operators,
    requests,
    may: sorted(may),
    forms: sorted(forms),
    notes: sorted(Object.fromEntries(Object.entries(notes).filter(([id]) => known.has(id) && screen.notes[id]))),
    chats: sorted(chats),
    timelines: sorted(Object.fromEntries(Object.entries(timelines).filter(([id]) => looked.has(id)))),
    customers: sorted(Object.fromEntries(Object.entries(customers).filter(([id]) => known.has(id)))),
  })
  return [part(screen), part(fresh)]
}
