import type { BrowserContext, Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor, type Visitor } from '../src/visitor.ts'

let scene: Scene
/** Both lead the team and have Maria's chat open; what they do, they do at the same moment. */
let ada: BrowserContext
let sue: BrowserContext
let adas: Desk
let sues: Desk
let maria: Visitor
let notes = 0
const ids = { chat: '', customer: '', ada: '', sue: '', tag: '', other: '' }

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  sue = await addColleague(scene, ada, 'Sue', { role: 'admin' })
  maria = await startVisitor(scene, 'Maria')
  await maria.say('My invoice is wrong')
  const jo = await startVisitor(scene, 'Jo')
  await jo.say('Hello')
  const made = await ask<any>(ada, scene, 'mutation { createTag(name: "Urgent", colour: red) { ... on Tag { id } } }')
  const { chats, operators } = await ask<any>(
    ada,
    scene,
    '{ chats(section: new) { edges { node { id customer { id name } } } } operators { id name } }',
  )
  const of = (name: string) => chats.edges.map(({ node }: any) => node).find(({ customer }: any) => customer.name === name)
  const idOf = (name: string) => operators.find((one: any) => one.name === name).id
  Object.assign(ids, { chat: of('Maria').id, customer: of('Maria').customer.id, other: of('Jo').customer.id, tag: made.createTag.id })
  Object.assign(ids, { ada: idOf('Ada'), sue: idOf('Sue') })
  adas = await openDesk(ada)
  sues = await openDesk(sue)
  for (const desk of [adas, sues]) {
    await desk.page.setViewportSize({ width: 1600, height: 1000 })
    await desk.page.goto(`/w/acme/inbox/${ids.chat}`)
    await desk.page.getByTestId('profile').waitFor()
  }
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const chatId = () => ({ c: ids.chat })
const does = (who: BrowserContext, mutation: string, types = '$c: ID!', variables: object = chatId()) =>
  ask<any>(who, scene, `mutation(${types}) { ${mutation} { __typename } }`, variables)

/** What one reads of the chat; who reads it is no part of it. */
async function truth({ page }: Desk) {
  const words = async (id: string) =>
    (await page.getByTestId(id).allInnerTexts()).map((text) => text.replaceAll(' (you)', '').replaceAll(/\s+/g, ' ').trim())
  return {
    holder: await words('holder'),
    texts: await words('message-text'),
    moves: await words('activity'),
    comments: await words('comment-text'),
    chatTags: await words('chat-tags'),
    customerTags: await words('customer-tags'),
    profile: await words('profile'),
    // How long ago it was is told anew every minute.
    notes: (await words('note')).map((note) => note.replace(/ (now|\d+m) /, ' ')),
    may: await Promise.all(['take', 'transfer', 'close', 'reopen'].map((id) => page.getByTestId(id).count())),
  }
}
/** Both read the same without a reload, and nothing else after one. */
async function endInOneTruth(): Promise<void> {
  // Events come in their order: whoever has heard of this has heard of everything before it.
  const last = `Told as number ${++notes}`
  await does(ada, `addNote(customerId: $c, clientId: "last${notes}", text: "${last}")`, '$c: ID!', { c: ids.customer })
  for (const { page } of [adas, sues]) await page.getByTestId('note').filter({ hasText: last }).waitFor()
  const both = async () => [await truth(adas), await truth(sues)] as const
  let [ofAda, ofSue] = await both()
  const isSame = async () => {
    ;[ofAda, ofSue] = await both()
    return JSON.stringify({ ...ofAda, may: 0 }) === JSON.stringify({ ...ofSue, may: 0 })
  }
  await expect.poll(isSame).toBe(true)
  await Promise.all([adas, sues].map(({ page }) => page.reload()))
  await expect.poll(() => truth(adas)).toEqual(ofAda)
  await expect.poll(() => truth(sues)).toEqual(ofSue)
}
const moves = async () => (await truth(adas)).moves.join('\n')

test('both take it: one has it', async () => {
  // Neither is done before both are asked for.
  const asked: Route[] = []
  const hold = (route: Route) => (route.request().postData()?.includes('takeChat') ? void asked.push(route) : route.fallback())
  for (const { page } of [adas, sues]) await page.route('**/graphql', hold)
  for (const { page } of [adas, sues]) await page.getByTestId('take').click()
  await expect.poll(() => asked.length).toBe(2)
  await Promise.all(asked.map((route) => route.continue()))
  for (const { page } of [adas, sues]) await page.unroute('**/graphql', hold)
  await expect.poll(async () => (await truth(adas)).holder.join()).toMatch(/Ada|Sue/)
  await endInOneTruth()
})

test('one transfers it while the other tags it and writes', async () => {
  const { chat } = await ask<any>(ada, scene, 'query($c: ID!) { chat(id: $c) { operator { id } } }', chatId())
  const [holder, other] = chat.operator.id === ids.ada ? [ada, sue] : [sue, ada]
  await Promise.all([
    does(holder, 'transferChat(chatId: $c, operatorId: $o, comment: "Yours")', '$c: ID!, $o: ID', {
      ...chatId(),
      o: holder === ada ? ids.sue : ids.ada,
    }),
    does(other, 'tagChat(chatId: $c, tagId: $t, on: true)', '$c: ID!, $t: ID!', { ...chatId(), t: ids.tag }),
    does(other, 'addComment(input: { chatId: $c, clientId: "k1", text: "Look" })'),
    maria.say('Are you there?'),
  ])
  await expect.poll(async () => (await truth(sues)).comments.toSorted()).toEqual(['Look', 'Yours'])
  await expect.poll(async () => (await truth(adas)).chatTags.join()).toContain('Urgent')
  await endInOneTruth()
})

test('both edit the same field of the customer, and each another one, and one takes the tag off again', async () => {
  const update = (who: BrowserContext, phone: string, more: string) =>
    does(who, `updateCustomer(customerId: $c, phone: $p, ${more})`, '$c: ID!, $p: String', { c: ids.customer, p: phone })
  await Promise.all([
    update(ada, '+5511987650001', 'name: "Maria Souza"'),
    update(sue, '+5511987650002', 'email: "maria@souza.example"'),
    does(sue, 'addNote(customerId: $c, clientId: "n1", text: "Likes tea")', '$c: ID!', { c: ids.customer }),
    does(ada, 'tagCustomer(customerId: $c, tagId: $t, on: true)', '$c: ID!, $t: ID!', { c: ids.customer, t: ids.tag }),
    does(sue, 'tagChat(chatId: $c, tagId: $t, on: false)', '$c: ID!, $t: ID!', { ...chatId(), t: ids.tag }),
  ])
  await expect.poll(async () => (await truth(adas)).profile.join()).toMatch(/Maria Souza/)
  await expect.poll(async () => (await truth(adas)).profile.join()).toContain('maria@souza.example')
  await endInOneTruth()
})

test('one puts it off while the other says that the customer waits for nothing, and the customer writes', async () => {
  await Promise.all([does(ada, 'snoozeChat(chatId: $c)'), does(sue, 'calmChat(chatId: $c)'), maria.say('One more thing')])
  await expect.poll(async () => (await truth(sues)).texts.at(-1)).toBe('One more thing')
  await endInOneTruth()
})

test('one merges the customer with another while the other adds a colleague', async () => {
  await Promise.all([
    does(ada, 'mergeCustomers(input: { customerId: $o, intoCustomerId: $c, reason: "One person" })', '$c: ID!, $o: ID!', {
      c: ids.customer,
      o: ids.other,
    }),
    does(sue, 'addParticipant(chatId: $c, operatorId: $o)', '$c: ID!, $o: ID!', { ...chatId(), o: ids.ada }),
    does(ada, 'addParticipant(chatId: $c, operatorId: $o)', '$c: ID!, $o: ID!', { ...chatId(), o: ids.sue }),
  ])
  await expect.poll(moves).toMatch(/Ada|Sue/)
  await endInOneTruth()
})

test('one closes it while the other transfers it; then both open it again', async () => {
  await Promise.all([
    does(ada, 'closeChat(chatId: $c, closing: { silent: true })'),
    does(sue, 'transferChat(chatId: $c, operatorId: $o)', '$c: ID!, $o: ID', { ...chatId(), o: ids.sue }),
  ])
  await does(ada, 'closeChat(chatId: $c, closing: { silent: true })')
  await expect.poll(async () => (await truth(sues)).may.at(3)).toBe(1)
  await endInOneTruth()
  await Promise.all([does(ada, 'reopenChat(chatId: $c)'), does(sue, 'reopenChat(chatId: $c)')])
  await expect.poll(async () => (await truth(sues)).may.at(3)).toBe(0)
  await endInOneTruth()
})

test('no page asked another host or had an error but for what was refused', () => {
  expect(scene.watch.faults.filter((fault) => !/status of 40[049]/.test(fault))).toEqual([])
})
