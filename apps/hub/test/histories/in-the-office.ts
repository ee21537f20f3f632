import { randomUUID } from 'node:crypto'
import { addressOf } from '../rights/matrix.ts'
import { startVisitor } from '../support/hub.ts'
import { ask, type Deeds, lastOf, refused, simple } from './step.ts'

const roles = ['operator', 'supervisor', 'admin'] as const
const named = ['Mia', 'Otto', 'Hugo', 'Lea', 'Lars', 'Sara']
const onMessage = (mutation: string) => (by: any, messageId: string) =>
  ask(by, `mutation($m: ID!) { ${mutation}(messageId: $m) { ${refused} } }`, { m: messageId })

/** Everything else people do that a desk shows: of the team, the company, messages that failed, requests. Each is named after the mutations it makes. */
export const deedsInTheOffice: Deeds = {
  takeNextChat: ({ by }) => ask(by, `mutation { takeNextChat { ${refused} } }`),
  setPresence: ({ by, dice }) =>
    ask(by, `mutation($p: Presence!) { setPresence(presence: $p) { ${refused} } }`, { p: dice.pick(['online', 'busy', 'offline']) }),
  setAssignment: ({ world, dice }) =>
    ask(world.people.admin, `mutation($n: Int) { setAssignment(capacity: $n) { ${refused} } }`, { n: dice.pick([0, 3, 9]) }),
  updateWorkspace: ({ world, dice }) =>
    ask(world.people.admin, `mutation($n: Int) { updateWorkspace(waitingAfterMinutes: $n) { ${refused} } }`, { n: dice.pick([5, 10]) }),
  createGroup: ({ world }) =>
    ask(world.people.admin, `mutation($n: String!) { createGroup(name: $n, memberIds: []) { ${refused} } }`, { n: randomUUID() }),
  updateGroup: async ({ world, dice }) => {
    const { operators } = await world.people.admin.get('{ operators { id role active } }')
    const people = Object.values(world.people).map(({ id }) => id)
    const mine = operators.filter(({ id }: any) => people.includes(id))
    await ask(
      world.people.admin,
      `mutation($g: ID!, $m: [ID!], $s: [ID!], $a: Boolean) { updateGroup(groupId: $g, memberIds: $m, supervisorIds: $s, assigns: $a) { ${refused} } }`,
      {
        g: dice.pick([world.groups.here, world.groups.there]),
        m: mine.filter(() => dice.yes(0.4)).map(({ id }: any) => id),
        s: mine.filter(({ role }: any) => role === 'supervisor' && dice.yes()).map(({ id }: any) => id),
        a: dice.yes(0.2),
      },
    )
  },
  'updateOperator (role)': ({ world, colleagueId, dice }) =>
    colleagueId === world.people.admin.id
      ? Promise.resolve()
      : ask(world.people.admin, `mutation($o: ID!, $r: Role) { updateOperator(operatorId: $o, role: $r) { ${refused} } }`, {
          o: colleagueId,
          r: dice.pick(roles),
        }),
  'updateOperator (name, access)': ({ world, colleagueId, dice }) =>
    dice.yes()
      ? ask(world.people.admin, `mutation($o: ID!, $n: String) { updateOperator(operatorId: $o, name: $n) { ${refused} } }`, {
          o: colleagueId,
          n: dice.pick(named),
        })
      : ask(world.people.admin, `mutation($o: ID!, $a: Boolean) { updateOperator(operatorId: $o, active: $a) { ${refused} } }`, {
          o: world.spareId,
          a: dice.yes(),
        }),
  inviteOperator: ({ world, dice }) =>
    dice.yes(0.8)
      ? Promise.resolve()
      : ask(world.people.admin, `mutation($i: InviteOperatorInput!) { inviteOperator(input: $i) { __typename } }`, {
          i: { name: 'New', email: `${randomUUID()}@acme.example`, role: 'operator', groupIds: [world.groups.here] },
        }),
  updateProfile: ({ by, dice }) =>
    ask(by, `mutation($n: String) { updateProfile(input: { name: $n }) { ${refused} } }`, { n: dice.pick(named) }),
  'createTag updateTag': async ({ world, dice }) => {
    const made = await ask(
      world.people.admin,
      `mutation($n: String!) { createTag(name: $n, colour: teal) { ${refused} ... on Tag { id } } }`,
      {
        n: randomUUID(),
      },
    )
    await ask(world.people.admin, `mutation($t: ID!, $n: String) { updateTag(tagId: $t, name: $n, colour: red) { ${refused} } }`, {
      t: dice.yes() ? made.createTag.id : dice.pick(Object.values(world.tags)),
      n: randomUUID(),
    })
  },
  reactToMessage: async (step) => {
    const message = await lastOf(step, 'Message')
    if (message)
      await ask(step.by, `mutation($m: ID!, $e: String) { reactToMessage(messageId: $m, emoji: $e) { ${refused} } }`, {
        m: message.id,
        e: step.dice.pick(['👍', '🎉', null]),
      })
  },
  'confirmMessage giveUpMessage resendMessage': async (step) => {
    const message = await lastOf(step, 'Message', ({ delivery }) => delivery === 'unknown' || delivery === 'failed')
    if (message) await onMessage(step.dice.pick(['confirmMessage', 'giveUpMessage', 'resendMessage']))(step.by, message.id)
  },
  blockAddress: ({ world }) =>
    ask(world.people.admin, `mutation($a: String!) { blockAddress(address: $a, reason: "Spam") { ${refused} } }`, {
      a: addressOf(randomUUID()),
    }),
  dismissDuplicate: ({ by, chat, chats, dice }) =>
    ask(by, `mutation($c: ID!, $o: ID!) { dismissDuplicate(customerId: $c, otherCustomerId: $o) { ${refused} } }`, {
      c: chat.customer.id,
      o: dice.pick(chats).customer.id,
    }),
  'createCustomerField updateCustomerField archiveCustomerField orderCustomerFields': async ({ world, dice, chat }) => {
    const by = world.people.admin
    const fieldId = world.customerFieldId
    if (dice.yes(0.3)) {
      const made = await ask(
        by,
        `mutation($l: String!) { createCustomerField(label: $l, type: text) { ${refused} ... on CustomerField { id } } }`,
        {
          l: randomUUID(),
        },
      )
      const id = made.createCustomerField.id
      if (!id) return
      await ask(by, `mutation($c: ID!, $x: [CustomerValueInput!]) { updateCustomer(customerId: $c, values: $x) { ${refused} } }`, {
        c: chat.customer.id,
        x: [{ fieldId: id, values: ['Once'] }],
      })
      await ask(by, `mutation($f: [ID!]!) { orderCustomerFields(fieldIds: $f) { __typename } }`, { f: [id, fieldId] })
      await ask(by, `mutation($f: ID!) { archiveCustomerField(fieldId: $f, archived: true) { ${refused} } }`, { f: id })
      return
    }
    await ask(by, `mutation($f: ID!, $l: String) { updateCustomerField(fieldId: $f, label: $l) { ${refused} } }`, {
      f: fieldId,
      l: randomUUID(),
    })
    await ask(by, `mutation($f: ID!, $a: Boolean!) { archiveCustomerField(fieldId: $f, archived: $a) { ${refused} } }`, {
      f: fieldId,
      a: dice.yes(0.3),
    })
  },
  'createFormField updateFormField archiveFormField orderFormFields': async ({ world, chat }) => {
    const by = world.people.admin
    const made = await ask(by, `mutation($l: String!) { createFormField(label: $l, type: text) { ${refused} ... on FormField { id } } }`, {
      l: randomUUID(),
    })
    const id = made.createFormField.id
    if (!id) return
    await ask(by, `mutation($c: ID!, $a: [FormAnswerInput!]!) { fillForm(chatId: $c, answers: $a) { ${refused} } }`, {
      c: chat.id,
      a: [{ fieldId: id, values: ['Said'] }],
    })
    await ask(by, `mutation($f: ID!, $l: String) { updateFormField(fieldId: $f, label: $l) { ${refused} } }`, { f: id, l: randomUUID() })
    await ask(by, `mutation($f: [ID!]!) { orderFormFields(fieldIds: $f) { __typename } }`, { f: [id, world.fieldId] })
    await ask(by, `mutation($f: ID!) { archiveFormField(fieldId: $f) { ${refused} } }`, { f: id })
  },
  turnIntoRequest: (step) => simple('turnIntoRequest', 'chatId: $c, closing: { silent: true }, input: { title: "To do" }')(step),
  'updateRequest answerRequest': async ({ by, dice, colleagueId, world }) => {
    const { requests } = await by.get('{ requests(first: 20) { edges { node { id } } } }')
    if (requests.edges.length === 0) return
    const id = dice.pick<any>(requests.edges).node.id
    if (dice.yes(0.3))
      await ask(by, `mutation($r: ID!, $i: RequestAnswerInput!) { answerRequest(requestId: $r, input: $i) { ${refused} } }`, {
        r: id,
        i: { clientId: randomUUID(), mail: false, text: 'Answered' },
      })
    else
      await ask(by, `mutation($r: ID!, $i: RequestChangeInput!) { updateRequest(requestId: $r, input: $i) { ${refused} } }`, {
        r: id,
        i: dice.pick([
          { state: 'open' },
          { operatorId: colleagueId },
          { groupId: world.groups.here },
          { title: randomUUID() },
          { state: 'closed' },
        ]),
      })
  },
  readAllAlerts: ({ by }) => ask(by, `mutation { readAllAlerts { __typename } }`),
  applyTemplate: (step) =>
    simple('applyTemplate', 'chatId: $c, templateId: $t', '$c: ID!, $t: ID!')(step, { t: step.world.written.templateId }),
  'createChannel removeChannel': async ({ world, dice }) => {
    const by = world.people.admin
    if (dice.yes(0.7)) return
    const name = randomUUID()
    const made = await ask(
      by,
      `mutation($i: CreateChannelInput!) { createChannel(input: $i) { ${refused} ... on Channel { id publicKey } } }`,
      {
        i: { kind: 'web', name, options: {} },
      },
    )
    const { id, publicKey } = made.createChannel
    if (!id) return
    await (await startVisitor(by, 'Passing', publicKey)).say('Is this shop still open?')
    if (dice.yes())
      await ask(by, `mutation($c: ID!, $n: String!) { removeChannel(channelId: $c, name: $n) { ${refused} } }`, { c: id, n: name })
  },
}

/** Mutations that stand in no history, and why. */
export const outsideOfHistories: Record<string, string> = Object.fromEntries(
  Object.entries({
    'are signals, never stored': 'setTyping setViewing',
    'are about the website and its visitors, whom a desk asks anew': `approachVisitors createApproachRule createApproachText deleteApproachRule deleteApproachText
      updateApproachRule updateApproachText updateApproachSettings discardLook publishLook removeLookPicture revertLook saveLook renewIdentitySecret`,
    'are lists that are asked anew when it is told that they changed': `addLibraryImage deleteLibraryImage moveLibraryImage renameLibraryImage createTemplate
      deleteTemplate updateTemplate arrangeSavedFilters createSavedFilter deleteSavedFilter updateSavedFilter`,
    'are settings: no chat, customer or alert is other for them': `createSchedule deleteSchedule updateSchedule updateClosingSettings updateRequestSettings updateChannel`,
    'are of the account, which no colleague sees': 'revokeSession updateAccount removeAvatar',
    'need a platform or a mail server':
      'beginChat checkChannel fetchFilesAgain handOverChat sendApprovedText sendTestMail sendTestMessage sendTranscript',
    'make an upload of one’s own, which nobody else is shown': 'takeLibraryImage',
  }).flatMap(([why, mutations]) => mutations.split(/\s+/).map((mutation) => [mutation, why])),
)
