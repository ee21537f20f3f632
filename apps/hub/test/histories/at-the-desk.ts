import { identify } from '../../src/domain/identify.ts'
import type { World } from '../rights/world.ts'
import { type Person, untilTrue, Visitor } from '../support/hub.ts'
import { ask, type Deeds, lastOf, refused, simple } from './step.ts'

/** What people do with chats and customers. Each is named after the mutations it makes. */
export const deedsAtTheDesk: Deeds = {
  takeChat: simple('takeChat'),
  takeOverChat: (step) => simple('takeOverChat', 'chatId: $c, reason: "Mine"')(step),
  transferChat: (step) =>
    step.dice.yes()
      ? simple(
          'transferChat',
          'chatId: $c, operatorId: $o, comment: $t',
          '$c: ID!, $o: ID, $t: String',
        )(step, {
          o: step.colleagueId,
          t: step.dice.yes() ? 'Please' : null,
        })
      : simple(
          'transferChat',
          'chatId: $c, groupId: $g',
          '$c: ID!, $g: ID',
        )(step, { g: step.dice.pick([step.world.groups.here, step.world.groups.there]) }),
  sendMessage: (step) =>
    ask(step.by, `mutation($i: SendMessageInput!) { sendMessage(input: $i) { ${refused} } }`, {
      i: { chatId: step.chat.id, clientId: crypto.randomUUID(), text: `Reply ${crypto.randomUUID()}` },
    }),
  'sendMessage (with a file)': async (step) =>
    ask(step.by, `mutation($i: SendMessageInput!) { sendMessage(input: $i) { ${refused} } }`, {
      i: { chatId: step.chat.id, clientId: crypto.randomUUID(), fileIds: [await step.world.makeUpload(step.by.id)] },
    }),
  addComment: (step) =>
    ask(step.by, `mutation($i: AddCommentInput!) { addComment(input: $i) { ${refused} } }`, {
      i: { chatId: step.chat.id, clientId: crypto.randomUUID(), text: 'Note', ...(step.dice.yes(0.3) && { audience: 'operator' }) },
    }),
  'editComment removeComment': async (step) => {
    const comment = await lastOf(step, 'Comment')
    const what = step.dice.yes() ? 'editComment(commentId: $c, text: "Changed")' : 'removeComment(commentId: $c)'
    if (comment) await ask(step.by, `mutation($c: ID!) { ${what} { ${refused} } }`, { c: comment.id })
  },
  'editMessage removeMessage': async (step) => {
    const message = await lastOf(step, 'Message')
    const what = step.dice.yes() ? 'editMessage(messageId: $c, text: "Changed")' : 'removeMessage(messageId: $c)'
    if (message) await ask(step.by, `mutation($c: ID!) { ${what} { ${refused} } }`, { c: message.id })
  },
  readChat: async (step) => {
    const message = await lastOf(step, 'Message')
    if (message) await simple('readChat', 'chatId: $c, messageId: $m', '$c: ID!, $m: ID!')(step, { m: message.id })
  },
  tagChat: (step) =>
    simple('tagChat', 'chatId: $c, tagId: $t, on: $on', '$c: ID!, $t: ID!, $on: Boolean!')(step, { t: step.tagId, on: step.dice.yes(0.7) }),
  tagCustomer: (step) =>
    ask(step.by, `mutation($c: ID!, $t: ID!, $on: Boolean!) { tagCustomer(customerId: $c, tagId: $t, on: $on) { ${refused} } }`, {
      c: step.chat.customer.id,
      t: step.tagId,
      on: step.dice.yes(0.7),
    }),
  'mergeTags deleteTag': async (step) => {
    const created = await step.world.makeTag()
    await simple('tagChat', 'chatId: $c, tagId: $t, on: true', '$c: ID!, $t: ID!')({ ...step, by: step.world.people.admin }, { t: created })
    const what = step.dice.yes() ? 'mergeTags(tagId: $a, intoTagId: $b)' : 'deleteTag(tagId: $a)'
    const types = what.includes('$b') ? '$a: ID!, $b: ID!' : '$a: ID!'
    await ask(step.world.people.admin, `mutation(${types}) { ${what} { ${refused} } }`, { a: created, b: step.tagId })
  },
  closeChat: (step) =>
    simple(
      'closeChat',
      'chatId: $c, closing: $x',
      '$c: ID!, $x: ClosingInput',
    )(step, {
      x: { full: step.dice.yes(0.3), silent: step.dice.yes(), tagIds: step.dice.yes(0.3) ? [step.tagId] : [] },
    }),
  reopenChat: simple('reopenChat'),
  snoozeChat: (step) =>
    simple(
      'snoozeChat',
      'chatId: $c, until: $u',
      '$c: ID!, $u: DateTime',
    )(step, {
      u: step.dice.yes() ? new Date(Date.now() + 86_400_000).toISOString() : null,
    }),
  wakeChat: simple('wakeChat'),
  calmChat: simple('calmChat'),
  addParticipant: (step) => simple('addParticipant', 'chatId: $c, operatorId: $o', '$c: ID!, $o: ID!')(step, { o: step.colleagueId }),
  removeParticipant: (step) => simple('removeParticipant', 'chatId: $c, operatorId: $o', '$c: ID!, $o: ID!')(step, { o: step.colleagueId }),
  leaveChat: simple('leaveChat'),
  '(the customer writes)': (step) => step.dice.pick(step.visitors).say('And?'),
  '(the customer ends it)': async ({ dice, visitors }) => {
    const visitor = dice.pick(visitors)
    const { chat } = (await visitor.get('{ visitor { chat { id } } }')).visitor
    if (chat) await visitor.get('mutation($i: EndChatInput!) { endChat(input: $i) { __typename } }', { i: { chatId: chat.id } })
  },
  updateCustomer: async ({ by, chat, dice }) => {
    const { customer } = await by.get('query($id: ID!) { customer(id: $id) { version } }', { id: chat.customer.id })
    if (customer)
      await ask(by, `mutation($c: ID!, $v: Int!, $n: String) { updateCustomer(customerId: $c, version: $v, name: $n) { ${refused} } }`, {
        c: chat.customer.id,
        v: customer.version,
        n: dice.pick(['Maria', 'Maria Silva', 'M. Silva']),
      })
  },
  'updateCustomer (its own fields)': async ({ by, chat, dice, world }) => {
    const { customer } = await by.get('query($id: ID!) { customer(id: $id) { version } }', { id: chat.customer.id })
    if (customer)
      await ask(
        by,
        `mutation($c: ID!, $v: Int!, $p: String, $x: [CustomerValueInput!]) { updateCustomer(customerId: $c, version: $v, phone: $p, values: $x) { ${refused} } }`,
        {
          c: chat.customer.id,
          v: customer.version,
          p: dice.pick(['+5511987654321', '(11) 98765-4321', '']),
          x: [{ fieldId: world.customerFieldId, values: dice.yes() ? ['Gold'] : [] }],
        },
      )
  },
  'addNote editNote removeNote': async ({ by, chat, dice }) => {
    const customerId = chat.customer.id
    const { customer } = await by.get('query($id: ID!) { customer(id: $id) { notes(first: 1) { edges { node { id } } } } }', {
      id: customerId,
    })
    const noteId = customer?.notes.edges[0]?.node.id
    const what = dice.pick(['add', 'add', 'edit', 'remove'])
    if (what === 'add')
      await ask(by, `mutation($c: ID!, $k: String!) { addNote(customerId: $c, clientId: $k, text: "Noted") { ${refused} } }`, {
        c: customerId,
        k: crypto.randomUUID(),
      })
    else if (noteId && what === 'edit')
      await ask(by, `mutation($n: ID!) { editNote(noteId: $n, text: "Noted anew") { ${refused} } }`, { n: noteId })
    else if (noteId) await ask(by, `mutation($n: ID!) { removeNote(noteId: $n) { ${refused} } }`, { n: noteId })
  },
  fillForm: (step) =>
    simple(
      'fillForm',
      'chatId: $c, answers: $a',
      '$c: ID!, $a: [FormAnswerInput!]!',
    )(step, {
      a: [{ fieldId: step.world.fieldId, values: step.dice.yes(0.7) ? ['Said'] : [] }],
    }),
  'addComment (mentions)': async (step) => {
    await ask(step.by, `mutation($i: AddCommentInput!) { addComment(input: $i) { ${refused} } }`, {
      i: { chatId: step.chat.id, clientId: crypto.randomUUID(), text: 'You there?', mentionIds: [step.colleagueId] },
    })
  },
  readAlerts: async ({ by }) => {
    const { alerts } = await by.get('{ alerts(first: 5) { edges { node { id } } } }')
    const ids = alerts.edges.map(({ node }: any) => node.id)
    if (ids.length > 0) await ask(by, `mutation($a: [ID!]!) { readAlerts(alertIds: $a) { ${refused} } }`, { a: ids })
  },
  'startBulk undoBulk cancelBulk': async ({ by, chats, colleagueId, tagId, dice, world }) => {
    const kind = dice.pick(['close', 'transfer', 'tag', 'read', 'snooze', 'reopen'])
    const more: Record<string, object> = {
      close: { silent: dice.yes() },
      transfer: dice.yes() ? { operatorId: colleagueId } : { groupId: world.groups.here },
      tag: { tagId, on: dice.yes(0.7) },
      snooze: { until: dice.yes() ? new Date(Date.now() + 86_400_000).toISOString() : null },
    }
    const chatIds = chats.filter(() => dice.yes(0.4)).map(({ id }) => id)
    if (chatIds.length === 0) return
    const run = `{ ${refused} ... on BulkRun { id } }`
    const input = { kind, chatIds, ...more[kind] }
    const { startBulk } = await by.get(`mutation($i: BulkInput!) { startBulk(input: $i) ${run} }`, { i: input })
    if (!startBulk.id) return
    if (dice.yes(0.2)) await ask(by, `mutation($r: ID!) { cancelBulk(runId: $r) ${run} }`, { r: startBulk.id })
    await ended(by, startBulk.id)
    if (dice.yes(0.7)) return
    const { undoBulk } = await by.get(`mutation($r: ID!) { undoBulk(runId: $r) ${run} }`, { r: startBulk.id })
    if (undoBulk.id) await ended(by, undoBulk.id)
  },
  'mergeCustomers undoMerge': async (step) => {
    const other = step.dice.pick(step.chats).customer.id
    if (other === step.chat.customer.id) return
    const by = step.world.people.admin
    await ask(by, `mutation($i: MergeCustomersInput!) { mergeCustomers(input: $i) { ${refused} } }`, {
      i: { customerId: other, intoCustomerId: step.chat.customer.id, reason: 'One person' },
    })
    if (step.dice.yes(0.3)) return
    const { customer } = await by.get('query($id: ID!) { customer(id: $id) { merges { id } } }', { id: step.chat.customer.id })
    const merge = customer?.merges[0]
    if (merge) await ask(by, `mutation($m: ID!) { undoMerge(mergeId: $m) { ${refused} } }`, { m: merge.id })
  },
  'undoMerge (of a sign-in)': async ({ world, dice, visitors }) => {
    const [stranger, by] = [await world.makeVisitor('Passer-by'), world.people.admin]
    await stranger.say('Before he signed in')
    const chatId = (await stranger.get('{ visitor { chat { id } } }')).visitor.chat.id
    if (dice.yes(0.3)) await ask(by, `mutation($c: ID!) { takeChat(chatId: $c) { ${refused} } }`, { c: chatId })
    const signed = await signIn(world, `known ${dice.pick([1, 2])}`, stranger.identityId)
    if (dice.yes()) await signed.say('Since he signed in')
    if (dice.yes(0.3)) await dice.pick(visitors).say('And?')
    if (dice.yes(0.2)) return
    const { chat } = await by.get('query($id: ID!) { chat(id: $id) { customer { merges { id undoneAt } } } }', { id: chatId })
    const merge = chat?.customer.merges.find(({ undoneAt }: any) => !undoneAt)
    if (merge) await ask(by, `mutation($m: ID!) { undoMerge(mergeId: $m) { ${refused} } }`, { m: merge.id })
  },
  'blockIdentity liftBlock': async ({ chat, by, dice }) => {
    const { customer } = await by.get('query($id: ID!) { customer(id: $id) { identities { id block { id } } } }', { id: chat.customer.id })
    const identity = customer?.identities[0]
    if (identity?.block) await ask(by, `mutation($b: ID!) { liftBlock(blockId: $b) { ${refused} } }`, { b: identity.block.id })
    else if (identity && dice.yes(0.3))
      await ask(by, `mutation($i: ID!) { blockIdentity(identityId: $i, reason: "Spam") { ${refused} } }`, { i: identity.id })
  },
}

/** As whom the website of `here` says that he is. */
const signIn = async ({ people, channels, asHub }: World, id: string, identityId: string): Promise<Visitor> => {
  const claims = { id, name: id, email: null, hash: crypto.randomUUID(), expiresAt: new Date(Date.now() + 60_000) }
  const { token } = await asHub((work) =>
    identify(work, channels.here, claims, { identityId, tokenHash: null, language: null, address: null }),
  )
  return new Visitor(people.admin.url, token)
}

/** Runs of a history are over before its desks are compared. */
const ended = (by: Person, id: string) =>
  untilTrue(
    async () => (await by.get('query($id: ID!) { bulkRun(id: $id) { state } }', { id })).bulkRun?.state !== 'running' || undefined,
    20_000,
  )
