import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { type ChatKind, chatKinds, matrix, outcomesOf, type PersonName, people } from './rights/matrix.ts'
import { type Made, makeWorld, type World } from './rights/world.ts'
import { addColleague, type Follower, type Person, password, post, signIn, startTestHub, type TestHub, untilTrue } from './support/hub.ts'

const shared =
  'subscription($after: Int) { feed(after: $after) { cursor reset event { type at goneChatId chat { id } message { text } customer { id } activity { reason { code } } comment { text } channel { id options secretsSet } } signal { chatId on } } }'
/** The same with a field that is each reader's own, so that no frame is shared. */
const own = shared.replace('chat { id }', 'chat { id may { reply } }')
const visitorFeed = 'subscription { visitorFeed { cursor message { text } chat { id } typing } }'

let world: World
let second: TestHub

beforeAll(async () => {
  world = await makeWorld()
  second = await startTestHub({ ROLES: 'web', DATABASE_URL: world.hub.databaseUrl })
})
afterAll(async () => {
  await second.drop()
  await world.drop()
})

/** The feed of this person on both hubs, shared and unshared; begun before this returns. */
async function followEverywhere(person: Person): Promise<Follower[]> {
  const followers = [person.follow(shared), person.follow(own), person.follow(shared, {}, second.url), person.follow(own, {}, second.url)]
  await Promise.all(followers.map((follower) => follower.until((frame) => frame.event === null)))
  return followers
}
const end = (followers: Follower[]) => {
  for (const follower of followers) follower.end()
}

/** The customer of this chat writes again. */
const writeIn = (channelId: string, made: Made, text: string) =>
  world.asHub(async (work) => {
    const [thread] = await work.sql<
      { external_id: string }[]
    >`select external_id from threads where workspace_id = ${work.workspaceId} and id = ${made.threadId}`
    const id = thread?.external_id ?? ''
    await receive(work, [
      {
        channelId,
        events: [{ type: 'message', key: text, id: text, at: Date.now(), thread: { id, kind: 'direct' }, from: { id }, by: 'peer', text }],
      },
    ])
  })

/** Something everybody hears, last: when it has come, all before it has. */
async function settle(followers: Follower[]): Promise<void> {
  const { chatId } = await world.makeChat('free')
  await Promise.all(followers.map((follower) => follower.until((frame) => frame.event?.chat?.id === chatId)))
}
const speaksOf = (made: Made) => (frame: unknown) => {
  const text = JSON.stringify(frame)
  return [made.chatId, made.messageId, made.customerId].some((id) => text.includes(id))
}
const heard = ({ frames }: Follower, made: Made): boolean => frames.some(speaksOf(made))

describe('the feed of an operator', () => {
  test('tells of the chats he may see and of no other, live and replayed, on every hub', async () => {
    const before = (await lastCursor()) ?? 0
    const live = Object.fromEntries(
      await Promise.all(people.map(async (name) => [name, await followEverywhere(world.people[name])])),
    ) as Record<PersonName, Follower[]>
    const made = Object.fromEntries(await Promise.all(chatKinds.map(async (kind) => [kind, await world.makeChat(kind)]))) as Record<
      ChatKind,
      Made
    >
    await settle(Object.values(live).flat())
    const replayed = Object.fromEntries(
      people.map((name) => [
        name,
        [world.people[name].follow(shared, { after: before }), world.people[name].follow(own, { after: before }, second.url)],
      ]),
    ) as Record<PersonName, Follower[]>
    await settle(Object.values(replayed).flat())
    const faults = people.flatMap((name) =>
      chatKinds.flatMap((kind) => {
        const expected = outcomesOf(matrix['Query.chat']?.lines[kind] ?? '')[name] === 'yes'
        // A chat that waited for everybody before it was given away was heard of until then.
        if (['held', 'closed', 'alone'].includes(kind)) return []
        return [...live[name], ...replayed[name]]
          .filter((follower) => heard(follower, made[kind]) !== expected)
          .map(() => `${name}, ${kind}: expected ${expected}`)
      }),
    )
    expect(faults).toEqual([])
    // `held` and `closed` waited in the group `here`; those of the other group never heard of them.
    for (const name of ['outsider', 'otherLeader'] as const) {
      for (const kind of ['held', 'closed'] as const)
        expect([...live[name], ...replayed[name]].some((follower) => heard(follower, made[kind]))).toBe(false)
    }
    end([...Object.values(live), ...Object.values(replayed)].flat())
  })

  test('says once that a transferred chat is gone, and nothing of it afterwards', async () => {
    const { member, holder, admin } = world.people
    const made = await world.makeChat('queued')
    const followers = await followEverywhere(member)
    const receivers = await followEverywhere(holder)
    await admin.get('mutation($c: ID!, $o: ID!) { transferChat(chatId: $c, operatorId: $o) { __typename } }', {
      c: made.chatId,
      o: holder.id,
    })
    await admin.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g, comment: "Only for there.") { __typename } }', {
      c: made.chatId,
      g: world.groups.there,
    })
    await writeIn(world.channels.here, made, `secret of ${made.chatId}`)
    await world.people.otherLeader.get('mutation($c: ID!) { setTyping(chatId: $c, on: true) }', { c: made.chatId })
    await settle([...followers, ...receivers])
    for (const follower of [...followers, ...receivers]) {
      const gone = follower.frames.findIndex((frame) => frame.event?.goneChatId === made.chatId)
      expect(gone).toBeGreaterThan(-1)
      expect(follower.frames[gone].event).toMatchObject({ chat: null, message: null, customer: null, activity: null })
      expect(follower.frames.slice(gone + 1).filter(speaksOf(made))).toEqual([])
      expect(JSON.stringify(follower.frames)).not.toContain('Only for there.')
    }
    end([...followers, ...receivers])
  })

  test('begins anew when he leaves a group or his role is another, and is silent about what he no longer sees', async () => {
    const { admin } = world.people
    const norah = await addColleague(admin, 'Norah', { groupIds: [world.groups.here] })
    const norahs = await signIn(second.url, 'norah@acme.example', 'acme')
    const made = await world.makeChat('queued')
    const followers = [...(await followEverywhere(norah)), norahs.follow(shared)]
    const setMembers = (memberIds: string[]) =>
      admin.get('mutation($g: ID!, $m: [ID!]!) { updateGroup(groupId: $g, memberIds: $m) { __typename } }', {
        g: world.groups.here,
        m: memberIds,
      })
    await setMembers([world.people.member.id])
    await Promise.all(followers.map((follower) => follower.until((frame) => frame.reset)))
    await writeIn(world.channels.here, made, `after leaving ${made.chatId}`)
    await settle(followers)
    for (const follower of followers) {
      const reset = follower.frames.findIndex((frame) => frame.reset)
      expect(follower.frames.filter((frame) => frame.reset).length).toBe(1)
      expect(follower.frames.slice(reset).filter(speaksOf(made))).toEqual([])
    }
    await setMembers([world.people.member.id, norah.id])
    await Promise.all(followers.map((follower) => untilTrue(() => follower.frames.filter((frame) => frame.reset).length === 2)))
    await writeIn(world.channels.here, made, `after coming back ${made.chatId}`)
    await Promise.all(
      followers.map((follower) => follower.until((frame) => frame.event?.message?.text === `after coming back ${made.chatId}`)),
    )
    end(followers)

    const all = await followEverywhere(await promote(norah, 'supervisor'))
    const elsewhere = await world.makeChat('elsewhere')
    await Promise.all(all.map((follower) => follower.until(speaksOf(elsewhere))))
    await promote(norah, 'operator')
    await Promise.all(all.map((follower) => follower.until((frame) => frame.reset)))
    const later = await world.makeChat('elsewhere')
    await settle(all)
    expect(all.some((follower) => heard(follower, later))).toBe(false)
    end(all)
  })

  test('shows settings to supervisors of the workspace, not to those of a group, though both hear of them', async () => {
    const names = ['member', 'leader', 'supervisor', 'admin'] as const
    const followers = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await followEverywhere(world.people[name])])),
    ) as Record<(typeof names)[number], Follower[]>
    await world.people.admin.get('mutation($c: ID!) { updateChannel(channelId: $c, name: "Spare again") { __typename } }', {
      c: world.channels.spare,
    })
    for (const name of names) {
      for (const follower of followers[name]) {
        const { event } = await follower.until((frame) => frame.event?.channel?.id === world.channels.spare)
        expect([name, event.channel.options !== null, event.channel.secretsSet !== null]).toEqual([
          name,
          name === 'supervisor' || name === 'admin',
          name === 'admin',
        ])
      }
    }
    end(Object.values(followers).flat())
  })
})

test('a message of an earlier chat is quoted by whoever sees that chat, and is not there for others', async () => {
  const { admin, outsider } = world.people
  const earlier = await world.makeChat('closed')
  await writeIn(world.channels.here, earlier, `again ${earlier.threadId}`)
  const { customer } = await admin.get('query($id: ID!) { customer(id: $id) { chats { edges { node { id state } } } } }', {
    id: earlier.customerId,
  })
  const chatId = customer.chats.edges
    .map(({ node }: { node: { id: string; state: string } }) => node)
    .find(({ state }: { state: string }) => state === 'queued').id
  await admin.get('mutation($c: ID!, $o: ID!) { transferChat(chatId: $c, operatorId: $o) { __typename } }', { c: chatId, o: outsider.id })
  const quote = async (person: Person, replyToId: string) =>
    (
      await person.get(
        'mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename ... on Refusal { code field } ... on Message { replyTo { id } } } }',
        { i: { chatId, clientId: crypto.randomUUID(), text: 'As you wrote.', replyToId } },
      )
    ).sendMessage
  expect(await quote(outsider, earlier.messageId)).toEqual({ __typename: 'Refusal', code: 'not_found', field: 'replyToId' })
  expect(await quote(outsider, earlier.messageId)).toEqual(await quote(outsider, crypto.randomUUID()))
  expect(await quote(admin, earlier.messageId)).toEqual({ __typename: 'Message', replyTo: { id: earlier.messageId } })
})

async function promote(person: Person & { id: string }, role: string): Promise<Person> {
  await world.people.admin.get('mutation($o: ID!, $r: Role!) { updateOperator(operatorId: $o, role: $r) { ... on Operator { role } } }', {
    o: person.id,
    r: role,
  })
  return person
}

const lastCursor = async (): Promise<number | undefined> => {
  const follower = world.people.admin.follow(shared)
  const first = await follower.until((frame) => frame.event === null)
  follower.end()
  return first.cursor
}

/** The ways in which someone's session or access ends. */
const endings: Record<string, (person: Person & { id: string; email: string }) => Promise<unknown>> = {
  'he signs out': (person) => fetch(`${person.url}/auth/sign-out`, { method: 'POST', headers: person.headers() }),
  'he revokes the session from another one': async (person) => {
    const { me } = await person.get('{ me { sessions { id current } } }')
    const other = await signIn(person.url, person.email, 'acme')
    return other.get('mutation($s: ID!) { revokeSession(sessionId: $s) { __typename } }', {
      s: me.sessions.find((session: { current: boolean }) => session.current).id,
    })
  },
  'he changes his password': (person) =>
    post(
      person.url,
      '/auth/change-password',
      { currentPassword: password, newPassword: 'another horse, another battery' },
      { cookie: person.cookie },
    ),
  'an admin withdraws his access': (person) =>
    world.people.admin.get('mutation($o: ID!) { updateOperator(operatorId: $o, active: false) { ... on Operator { active } } }', {
      o: person.id,
    }),
}

describe('when a session ends because', () => {
  test.each(Object.keys(endings))('%s, its sockets hear nothing more, on any hub, while events flow', async (ending) => {
    const name = `Vera${Object.keys(endings).indexOf(ending)}`
    const person = Object.assign(await addColleague(world.people.admin, name), { email: `${name.toLowerCase()}@acme.example` })
    const followers = await followEverywhere(person)
    const flow = { on: true }
    const flowing = (async () => {
      while (flow.on) await world.makeChat('free')
    })()
    await Promise.all(followers.map((follower) => follower.until((frame) => frame.event?.chat)))
    await endings[ending]?.(person)
    const ended = Date.now()
    await Promise.all(followers.map((follower) => untilTrue(() => follower.closed)))
    const counts = followers.map(({ frames }) => frames.length)
    await world.makeChat('free')
    flow.on = false
    await flowing
    for (const [n, follower] of followers.entries()) {
      expect([4401, 4403]).toContain(follower.closed?.code)
      expect(follower.frames.length).toBe(counts[n])
      expect(follower.frames.filter((frame) => frame.event && Date.parse(frame.event.at) > ended + 1_000)).toEqual([])
    }
    expect((await person.ask('{ sections { new } }')).errors?.[0]?.extensions?.code).toBe('signed_out')
  })

  test('there never was one, no feed begins', async () => {
    const { nobody, intruder, deactivated, revoked } = world.strangers
    const doors = { nobody: 4401, intruder: 4403, deactivated: 4401, revoked: 4401 }
    for (const [name, person] of Object.entries({ nobody, intruder, deactivated, revoked })) {
      const follower = person.follow(shared)
      await untilTrue(() => follower.closed)
      expect([name, follower.closed?.code, follower.frames]).toEqual([name, doors[name as keyof typeof doors], []])
    }
  })
})

describe('the feed of a visitor', () => {
  test('tells of his own chat only', async () => {
    const [vera, viktor] = [await world.makeVisitor('Vera'), await world.makeVisitor('Viktor')]
    const hers = vera.follow(visitorFeed)
    const his = viktor.follow(visitorFeed)
    await Promise.all([hers, his].map((follower) => follower.until((frame) => frame.cursor >= 0)))
    await vera.say('I am Vera.')
    await viktor.say('I am Viktor.')
    const { chats } = await world.people.admin.get('{ chats(section: new, first: 100) { edges { node { id customer { name } } } } }')
    const chatOf = (name: string) =>
      chats.edges
        .map(({ node }: { node: { id: string; customer: { name: string } } }) => node)
        .findLast((node: { customer: { name: string } }) => node.customer.name === name).id
    for (const name of ['Vera', 'Viktor']) {
      await world.people.admin.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
        i: { chatId: chatOf(name), clientId: name, text: `Hello ${name}!` },
      })
      await world.people.admin.get('mutation($c: ID!) { setTyping(chatId: $c, on: true) }', { c: chatOf(name) })
    }
    await Promise.all([hers, his].map((follower) => follower.until((frame) => frame.typing)))
    await hers.until((frame) => frame.message?.text === 'Hello Vera!')
    await his.until((frame) => frame.message?.text === 'Hello Viktor!')
    expect(JSON.stringify(hers.frames)).not.toContain('Viktor')
    expect(JSON.stringify(his.frames)).not.toContain('Vera')
    expect(hers.frames.filter((frame) => frame.typing).length).toBe(1)
    end([hers, his])
  })
})
