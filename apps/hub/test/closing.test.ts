import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import type { Work } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue, type Visitor } from './support/hub.ts'

const refused = '__typename ... on Refusal { code field message remedy }'
let hub: TestHub
let ada: Person
let oto: Person & { id: string }

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  const [{ id: groupId }] = (await ada.get('{ groups { id } }')).groups
  oto = await addColleague(ada, 'Oto', { groupIds: [groupId] })
})
afterAll(() => hub.drop())

/** A customer who has written, and his chat in Oto's hands. */
async function held(name = 'Maria'): Promise<{ visitor: Visitor; id: string }> {
  const visitor = await startVisitor(ada, name)
  await visitor.say('Hello')
  const { id } = (await visitor.get('{ visitor { chat { id } } }')).visitor.chat
  await oto.get('mutation($id: ID!) { takeChat(chatId: $id) { ... on Chat { id } } }', { id })
  return { visitor, id }
}
const close = async (id: string, closing: object = {}, as: Person = oto) =>
  (
    await as.get(
      `mutation($id: ID!, $closing: ClosingInput) { closeChat(chatId: $id, closing: $closing) { ${refused} ... on Chat { state closedFully tags { name } may { reopen } formAnswers { values field { label } } } } }`,
      { id, closing },
    )
  ).closeChat
const chatOf = async (id: string, as: Person = oto) =>
  (
    await as.get(
      `query($id: ID!) { chat(id: $id) { state closedFully snoozedAt snoozedUntil calmedAt waitingSince operator { name } formEditable formAnswers { values operator { name } field { label archived } }
        timeline(last: 30) { edges { node { __typename ... on Message { text } ... on Activity { type until wakeReason byCustomer full operator { name } } } } } } }`,
      { id },
    )
  ).chat
const activities = async (id: string) =>
  (await chatOf(id)).timeline.edges.map(({ node }: any) => node).filter((node: any) => node.__typename === 'Activity')
const sections = async (as: Person = oto) => (await as.get('{ sections { mine open waiting unread snoozed new closed } }')).sections
const settings = (change: string) =>
  ada.get(
    `mutation { updateClosingSettings(${change}) { ${refused} ... on ClosingSettings { texts { language text } reopenMinutes formEditableHours } } }`,
  )
const addField = async (label: string, type: string, more: object = {}) =>
  (
    await ada.get(
      `mutation($label: String!, $type: FieldType!, $options: [String!], $required: Boolean) { createFormField(label: $label, type: $type, options: $options, required: $required) { ${refused} ... on FormField { id label type options required } } }`,
      { label, type, ...more },
    )
  ).createFormField
const saidTo = async (visitor: Visitor): Promise<string[]> =>
  (await visitor.get('{ visitor { chat { messages(last: 20) { edges { node { author text } } } } } }')).visitor.chat.messages.edges.map(
    ({ node }: any) => `${node.author}: ${node.text}`,
  )

describe('closing', () => {
  test('tells the customer in his language what the admin wrote, and nothing where he was asked to be silent', async () => {
    expect(
      (await settings('texts: [{ language: en, text: " Goodbye! " }, { language: es, text: "¡Adiós!" }]')).updateClosingSettings.texts,
    ).toEqual([
      { language: 'en', text: 'Goodbye!' },
      { language: 'es', text: '¡Adiós!' },
    ])
    const one = await held()
    expect(await close(one.id)).toMatchObject({ state: 'closed', closedFully: false })
    expect(await saidTo(one.visitor)).toEqual(['you: Hello', 'system: Goodbye!'])
    const other = await held('Other')
    await close(other.id, { silent: true })
    expect(await saidTo(other.visitor)).toEqual(['you: Hello'])
    const spanish = await held('Pilar')
    await hub.works.work(
      { kind: 'system', workspaceId: (await ada.get('{ workspace { id } }')).workspace.id },
      (work) => work.sql`update identities set language = 'es-AR' where workspace_id = ${work.workspaceId} and name = 'Pilar'`,
    )
    await close(spanish.id)
    expect(await saidTo(spanish.visitor)).toEqual(['you: Hello', 'system: ¡Adiós!'])
    expect((await settings('texts: [{ language: en, text: "" }, { language: es, text: "" }]')).updateClosingSettings.texts).toEqual([])
  })

  test('is the visitor’s to do as well, of his own chat alone: he reads the closing text, and the desk hears who ended it', async () => {
    await settings('texts: [{ language: en, text: "Goodbye!" }]')
    const end = async (visitor: Visitor, chatId: string) =>
      (
        await visitor.get(
          'mutation($input: EndChatInput!) { endChat(input: $input) { __typename ... on VisitorChat { state } ... on Refusal { code } } }',
          { input: { chatId } },
        )
      ).endChat
    const { visitor, id } = await held('Nina')
    const { visitor: other } = await held('Mallory')
    expect(await end(other, id)).toMatchObject({ code: 'not_found' })
    const desk = ada.follow('subscription { feed { event { type chat { id state } activity { type byCustomer operator { name } } } } }')
    await desk.until(() => true)
    const own = visitor.follow('subscription { visitorFeed { cursor chat { state mayRate } } }')
    await own.until(() => true)
    expect(await end(visitor, id)).toEqual({ __typename: 'VisitorChat', state: 'closed' })
    expect((await desk.until(({ event }) => event?.type === 'chat_closed')).event).toEqual({
      type: 'chat_closed',
      chat: { id, state: 'closed' },
      activity: { type: 'chat_closed', byCustomer: true, operator: null },
    })
    await own.until(({ chat }) => chat?.state === 'closed' && chat.mayRate)
    for (const follower of [desk, own]) follower.end()
    expect(await saidTo(visitor)).toEqual(['you: Hello', 'system: Goodbye!'])
    // Once is enough, and what he writes then is heard again.
    expect(await end(visitor, id)).toMatchObject({ state: 'closed' })
    expect((await activities(id)).filter(({ type }: any) => type === 'chat_closed')).toHaveLength(1)
    await visitor.say('One more thing')
    expect(await saidTo(visitor)).toEqual(['you: Hello', 'system: Goodbye!', 'you: One more thing'])
    await settings('texts: [{ language: en, text: "" }]')
  })

  test('puts tags on, and a repeat changes nothing', async () => {
    const { createTag } = await ada.get('mutation { createTag(name: "Solved", colour: green) { ... on Tag { id } } }')
    const { id, visitor } = await held()
    expect(await close(id, { tagIds: [createTag.id] })).toMatchObject({ state: 'closed', tags: [{ name: 'Solved' }] })
    const before = (await activities(id)).length
    expect(await close(id, { full: true })).toMatchObject({ state: 'closed', closedFully: false })
    expect((await activities(id)).length).toBe(before)
    expect(await saidTo(visitor)).toEqual(['you: Hello'])
  })

  test('asks for what the form requires, keeps what fits, refuses what does not, and shows it afterwards', async () => {
    const reason = await addField('Reason', 'choice', { options: ['Sale', 'Support'], required: true })
    const amount = await addField('Amount', 'number')
    expect(reason).toMatchObject({ options: ['Sale', 'Support'], required: true })
    expect(await addField('Empty', 'choices')).toMatchObject({ code: 'required', field: 'options' })
    const { id } = await held()
    expect(await close(id)).toMatchObject({ code: 'form_missing', message: 'The form asks for an answer: Reason.' })
    expect((await chatOf(id)).state).toBe('serving')
    const wrong = async (fieldId: string, ...values: string[]) => (await close(id, { answers: [{ fieldId, values }] })).code
    expect(await wrong(reason.id, 'Other')).toBe('bad_answer')
    expect(await wrong(reason.id, 'Sale', 'Support')).toBe('invalid')
    for (const value of ['1,5', 'NaN', '1e9', '--1', 'x'.repeat(3000)])
      expect(['bad_answer', 'too_long']).toContain(await wrong(amount.id, value))
    expect(
      await close(id, {
        answers: [
          { fieldId: reason.id, values: ['Sale'] },
          { fieldId: amount.id, values: ['-12.50'] },
        ],
      }),
    ).toMatchObject({
      state: 'closed',
      formAnswers: [
        { values: ['Sale'], field: { label: 'Reason' } },
        { values: ['-12.50'], field: { label: 'Amount' } },
      ],
    })
    const fill = async (as: Person, values: string[]) =>
      (
        await as.get(
          `mutation($id: ID!, $answers: [FormAnswerInput!]!) { fillForm(chatId: $id, answers: $answers) { ${refused} ... on Chat { formAnswers { values } } } }`,
          { id, answers: [{ fieldId: amount.id, values }] },
        )
      ).fillForm
    expect(await fill(oto, ['13'])).toMatchObject({ formAnswers: [{ values: ['Sale'] }, { values: ['13'] }] })
    await settings('formEditableHours: 0')
    expect(await fill(oto, ['14'])).toMatchObject({ code: 'form_final', message: 'The form can be changed for 0 hours after closing.' })
    expect((await chatOf(id)).formEditable).toBe(false)
    expect(await fill(ada, [])).toMatchObject({ formAnswers: [{ values: ['Sale'] }] })
    await ada.get('mutation($id: ID!) { archiveFormField(fieldId: $id) { __typename } }', { id: reason.id })
    expect((await chatOf(id)).formAnswers).toEqual([
      { values: ['Sale'], operator: { name: 'Oto' }, field: { label: 'Reason', archived: true } },
    ])
    expect(await close((await held()).id)).toMatchObject({ state: 'closed' })
  })

  test('takes yes, dates and several choices, and nothing that only looks like them', async () => {
    const fields = {
      yes_no: await addField('Happy?', 'yes_no'),
      date: await addField('Delivered', 'date'),
      choices: await addField('Topics', 'choices', { options: ['A', 'B', 'C'] }),
    }
    const { id } = await held()
    const give = async (name: keyof typeof fields, ...values: string[]) => {
      const { fillForm } = await oto.get(
        `mutation($id: ID!, $answers: [FormAnswerInput!]!) { fillForm(chatId: $id, answers: $answers) { ${refused} ... on Chat { formAnswers { values field { label } } } } }`,
        { id, answers: [{ fieldId: fields[name].id, values }] },
      )
      return fillForm.code ?? fillForm.formAnswers.find((answer: any) => answer.field.label === fields[name].label)?.values
    }
    expect(await give('yes_no', 'maybe')).toBe('bad_answer')
    expect(await give('yes_no', 'no')).toEqual(['no'])
    for (const bad of ['2026-02-30', '30.01.2026', '2026-1-1']) expect(await give('date', bad)).toBe('bad_answer')
    expect(await give('date', '2028-02-29')).toEqual(['2028-02-29'])
    expect(await give('choices', 'A', 'C', 'A')).toEqual(['A', 'C'])
    expect(await give('choices')).toBeUndefined()
    const { orderFormFields } = await ada.get(
      `mutation($ids: [ID!]!) { orderFormFields(fieldIds: $ids) { ${refused} ... on OrderFormFieldsSuccess { fields { label } } } }`,
      { ids: [fields.choices.id, fields.date.id] },
    )
    expect(orderFormFields.fields.map((field: any) => field.label)).toEqual(['Topics', 'Delivered', 'Amount', 'Happy?'])
    expect((await oto.get('{ formFields { label } }')).formFields.map((field: any) => field.label)).toEqual([
      'Topics',
      'Delivered',
      'Amount',
      'Happy?',
    ])
  })

  test('for good keeps operators and admins out until the customer writes', async () => {
    const { id, visitor } = await held()
    expect(await close(id, { full: true })).toMatchObject({ closedFully: true, may: { reopen: false } })
    const { reopenChat } = await ada.get(`mutation($id: ID!) { reopenChat(chatId: $id) { ${refused} } }`, { id })
    expect(reopenChat).toMatchObject({ code: 'closed_fully' })
    await settings('reopenMinutes: 5')
    await visitor.say('One more thing')
    await settings('reopenMinutes: 0')
    expect(await chatOf(id)).toMatchObject({ state: 'queued', closedFully: false })
  })
})

describe('a new message', () => {
  test('opens a new chat, or within the limit the same one: with its operator when he is there, else in the queue', async () => {
    const { id, visitor } = await held()
    await close(id)
    await visitor.say('Again')
    expect((await chatOf(id)).state).toBe('closed')
    await settings('reopenMinutes: 60')
    const second = await held('Nina')
    await close(second.id)
    await oto.get('mutation { setPresence(presence: online) { __typename } }')
    await second.visitor.say('Thanks!')
    expect(await chatOf(second.id)).toMatchObject({ state: 'serving', operator: { name: 'Oto' } })
    expect((await activities(second.id)).at(-1)).toMatchObject({ type: 'chat_reopened', byCustomer: true, operator: null })
    await close(second.id)
    await oto.get('mutation { setPresence(presence: offline) { __typename } }')
    await second.visitor.say('And thanks again!')
    expect(await chatOf(second.id)).toMatchObject({ state: 'queued', operator: null })
    const { channels } = await ada.get('{ channels { id } }')
    await ada.get('mutation($id: ID!) { updateChannel(channelId: $id, reopenMinutes: 0) { ... on Channel { reopenMinutes } } }', {
      id: channels[0].id,
    })
    const third = await held('Zoe')
    await close(third.id)
    await third.visitor.say('Hello again')
    expect((await chatOf(third.id)).state).toBe('closed')
    await ada.get('mutation($id: ID!) { updateChannel(channelId: $id, reopenMinutes: null) { __typename } }', { id: channels[0].id })
    await settings('reopenMinutes: 0')
  })

  test('a second before the limit opens the same chat, and a second after it a new one', async () => {
    await settings('reopenMinutes: 60')
    const workspaceId = (await ada.get('{ workspace { id } }')).workspace.id
    const { channels } = await ada.get('{ channels { id } }')
    const write = (work: Work, person: string) =>
      receive(work, [
        {
          channelId: channels[0].id,
          events: [
            {
              ...{ type: 'message', key: crypto.randomUUID(), id: crypto.randomUUID(), at: Date.now(), by: 'peer', text: 'Hello' },
              ...{ thread: { id: person, kind: 'direct' }, from: { id: person, name: person } },
            },
          ],
        },
      ])
    const writesAgain = async (person: string, seconds: number) => {
      const [first] = await hub.works.work({ kind: 'system', workspaceId }, (work) => write(work, person))
      await close(first?.chatId ?? '', {}, ada)
      // In one work, so that no time passes between the hour that is nearly over and the message.
      const [again] = await hub.works.work({ kind: 'system', workspaceId }, async (work) => {
        await work.sql`update chats set closed_at = clock_timestamp() - interval '1 hour' + ${seconds} * interval '1 second' where workspace_id = ${workspaceId} and id = ${first?.chatId ?? ''}`
        return write(work, person)
      })
      return { first: first?.chatId, again: again?.chatId, state: (await chatOf(first?.chatId ?? '', ada)).state }
    }
    const early = await writesAgain('Early', 1)
    const late = await writesAgain('Late', -1)
    await settings('reopenMinutes: 0')
    expect(early).toMatchObject({ again: early.first, state: 'queued' })
    expect(late.state).toBe('closed')
    expect(late.again).not.toBe(late.first)
    expect((await activities(early.first ?? '')).length).toBe(3)
  })
})

describe('a chat that is put off', () => {
  const snooze = async (id: string, until: Date | null, as: Person = oto) =>
    (
      await as.get(
        `mutation($id: ID!, $until: DateTime) { snoozeChat(chatId: $id, until: $until) { ${refused} ... on Chat { snoozedAt snoozedUntil } } }`,
        { id, until },
      )
    ).snoozeChat

  test('leaves Open and comes back by itself when its time has come, told once to every desk, and never to the customer', async () => {
    const { id, visitor } = await held()
    const desk = oto.follow('subscription { feed { cursor event { type chat { id snoozedAt } activity { type until wakeReason } } } }')
    const window = visitor.follow('subscription { visitorFeed { cursor chat { state } message { id } } }')
    await desk.until((frame) => frame.event === null)
    await window.until((frame) => frame.cursor >= 0)
    const before = await sections()
    const until = new Date(Date.now() + 1_500)
    expect(await snooze(id, until)).toMatchObject({ snoozedUntil: until.toISOString() })
    expect(await sections()).toMatchObject({ mine: before.mine - 1, snoozed: before.snoozed + 1 })
    const list = async () =>
      (await oto.get('{ chats(section: snoozed) { edges { node { id } } } }')).chats.edges.map(({ node }: any) => node.id)
    expect(await list()).toContain(id)
    const woken = await desk.until(({ event }) => event?.type === 'chat_woken', 15_000)
    expect(woken.event).toMatchObject({ chat: { id, snoozedAt: null }, activity: { wakeReason: 'time' } })
    expect(await sections()).toMatchObject({ mine: before.mine, snoozed: before.snoozed })
    expect(await list()).not.toContain(id)
    expect((await activities(id)).map(({ type }: any) => type)).toEqual(['chat_opened', 'chat_taken', 'chat_snoozed', 'chat_woken'])
    await visitor.say('Still there?')
    await window.until((frame) => frame.message)
    expect(window.frames.filter((frame) => frame.chat)).toEqual([])
    desk.end()
    window.end()
  })

  test('comes back with the message of the customer, by hand, and when it is closed or handed on', async () => {
    const one = await held()
    expect(await snooze(one.id, null)).toMatchObject({ snoozedUntil: null, snoozedAt: expect.any(String) })
    await one.visitor.say('I am back')
    expect(await chatOf(one.id)).toMatchObject({ snoozedAt: null })
    expect((await activities(one.id)).at(-1)).toMatchObject({ type: 'chat_woken', wakeReason: 'message' })
    await one.visitor.say('And again')
    expect((await activities(one.id)).filter(({ type }: any) => type === 'chat_woken')).toHaveLength(1)
    await snooze(one.id, null)
    await oto.get('mutation($id: ID!) { wakeChat(chatId: $id) { __typename } }', { id: one.id })
    expect((await activities(one.id)).at(-1)).toMatchObject({ type: 'chat_woken', wakeReason: 'operator', operator: { name: 'Oto' } })
    await snooze(one.id, null)
    const [{ id: groupId }] = (await ada.get('{ groups { id } }')).groups
    await oto.get('mutation($id: ID!, $to: ID!) { transferChat(chatId: $id, groupId: $to) { __typename } }', { id: one.id, to: groupId })
    expect(await chatOf(one.id)).toMatchObject({ state: 'queued', snoozedAt: null })
  })

  test('cannot be put off into the past, for ever, or by one who does not hold it', async () => {
    const { id } = await held()
    expect(await snooze(id, new Date(Date.now() - 1_000))).toMatchObject({ code: 'invalid', field: 'until' })
    expect(await snooze(id, new Date(Date.now() + 400 * 86_400_000))).toMatchObject({ code: 'invalid', field: 'until' })
    const visitor = await startVisitor(ada, 'Ulla')
    await visitor.say('Hello')
    const { chats } = await ada.get('{ chats(section: new, first: 1) { edges { node { id } } } }')
    expect(await snooze(chats.edges[0].node.id, null, ada)).toMatchObject({ code: 'not_held' })
  })

  test('wakes once, however many hubs look', async () => {
    const { id } = await held()
    const other = await startTestHub({ ROLES: 'web', DATABASE_URL: hub.databaseUrl })
    await snooze(id, new Date(Date.now() + 1_000))
    await untilTrue(async () => (await chatOf(id)).snoozedAt === null, 15_000)
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect((await activities(id)).filter(({ type }: any) => type === 'chat_woken')).toHaveLength(1)
    await other.stop()
  })
})

describe('a customer who is not waiting', () => {
  test('is waited for by nobody until he writes again; the chat can be written in', async () => {
    const { id, visitor } = await held()
    const calm = async () =>
      (await oto.get(`mutation($id: ID!) { calmChat(chatId: $id) { ${refused} ... on Chat { calmedAt waitingSince } } }`, { id })).calmChat
    expect(await chatOf(id)).toMatchObject({ waitingSince: expect.any(String), calmedAt: null })
    expect(await calm()).toMatchObject({ waitingSince: null, calmedAt: expect.any(String) })
    await calm()
    expect((await activities(id)).filter(({ type }: any) => type === 'chat_calmed')).toHaveLength(1)
    const { sendMessage } = await oto.get('mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }', {
      input: { chatId: id, clientId: crypto.randomUUID(), text: 'By the way' },
    })
    expect(sendMessage.__typename).toBe('Message')
    await visitor.say('One question')
    expect(await chatOf(id)).toMatchObject({ waitingSince: expect.any(String), calmedAt: null })
  })
})
