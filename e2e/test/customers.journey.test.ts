import type { BrowserContext, Locator } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
/** Ada is the admin and leads; Sam answers. Both look at Maria's profile. */
let ada: BrowserContext
let adas: Desk
let sams: Desk

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  await ask(ada, scene, 'mutation { updateWorkspace(country: "BR") { ... on Workspace { id } ... on Refusal { code } } }')
  await ask(ada, scene, 'mutation { createTag(name: "Wholesale", colour: teal) { ... on Tag { id } ... on Refusal { code } } }')
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const groupId = groups[0]?.id ?? ''
  const { createChannel } = await ask<{ createChannel: { publicKey: string } }>(
    ada,
    scene,
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { publicKey } ... on Refusal { code message } } }',
    { input: { kind: 'web', name: 'Second shop', groupId, options: { name: 'Second shop' } } },
  )
  const sam = await addColleague(scene, ada, 'Sam', { groupIds: [groupId] })
  await (await startVisitor(scene, 'Maria', undefined, { email: 'maria@customer.example' })).say('Do you deliver?')
  const other = { email: 'souza@customer.example', key: createChannel.publicKey }
  await (await startVisitor(scene, 'M. Souza', undefined, other)).say('And to Recife?')
  adas = await openDesk(ada)
  sams = await openDesk(sam)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const types = ['Text', 'Number', 'Date', 'Yes or no', 'One of several', 'Any of several'] as const
const field = (desk: Desk, name: string): Locator => desk.page.getByTestId('context').locator(`[data-field="${name}"]`).first()
const shown = (desk: Desk, name: string) => wordsOf(field(desk, name))
async function openProfile(desk: Desk, customer: string): Promise<void> {
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('new')
  await desk.open(customer)
  await desk.page.getByTestId('profile').waitFor()
}
/** Begins to change a field and answers with its form. */
async function begin(desk: Desk, name: string): Promise<Locator> {
  await field(desk, name).getByRole('button').click()
  const form = field(desk, name).locator('form')
  await form.waitFor()
  return form
}
async function type(desk: Desk, name: string, value: string): Promise<void> {
  const form = await begin(desk, name)
  await form.locator('input').first().fill(value)
  await form.getByRole('button', { name: 'Save' }).click()
}
const profile = `{ customers(first: 10) { edges { node { id name email phone phoneE164 taxId tags { name } values { field { key } values } identities { id } chats(first: 10) { edges { node { id } } } } } } }`
const profiles = async () =>
  JSON.parse(JSON.stringify((await ask<{ customers: { edges: unknown[] } }>(ada, scene, profile)).customers.edges))

test('an admin says what is to be known of customers, in fields of six types', async () => {
  const { page } = adas
  await page.goto('/w/acme/settings/fields')
  for (const kind of types) {
    await page.getByTestId('customer-field-create').click()
    const form = page.getByTestId('customer-field-form')
    await form.getByLabel('Question').fill(`As ${kind.toLowerCase()}`)
    await form.getByRole('combobox', { name: 'Answer' }).click()
    await page.getByRole('option', { name: kind, exact: true }).click()
    if (kind.endsWith('several')) await form.getByLabel('Options').fill('Red\nBlue\nGreen')
    await form.getByRole('button', { name: 'Add a field' }).click()
    await form.waitFor({ state: 'detached' })
  }
  await expect.poll(() => page.getByTestId('customer-field-row').count()).toBe(6)
})

test('each is filled in where it stands, refuses what does not fit in words, and is seen by a colleague at once', async () => {
  await openProfile(adas, 'Maria')
  await openProfile(sams, 'Maria')
  await type(adas, 'as_text', 'Likes hills')
  await type(adas, 'as_number', 'many')
  await expect.poll(() => field(adas, 'as_number').getByRole('alert').count()).toBe(1)
  await field(adas, 'as_number').getByRole('button', { name: 'Cancel' }).click()
  await type(adas, 'as_number', '12.5')
  await type(adas, 'as_date', '2028-02-29')
  const yes = await begin(adas, 'as_yes_or_no')
  await yes.getByText('Yes', { exact: true }).click()
  await yes.getByRole('button', { name: 'Save' }).click()
  const one = await begin(adas, 'as_one_of_several')
  await one.getByRole('combobox').click()
  await adas.page.getByRole('option', { name: 'Blue' }).click()
  await one.getByRole('button', { name: 'Save' }).click()
  const several = await begin(adas, 'as_any_of_several')
  await several.getByRole('checkbox', { name: 'Red' }).click()
  await several.getByRole('checkbox', { name: 'Green' }).click()
  await several.getByRole('button', { name: 'Save' }).click()
  for (const [name, words] of [
    ['as_text', 'Likes hills'],
    ['as_number', '12.5'],
    ['as_date', '2028'],
    ['as_yes_or_no', 'Yes'],
    ['as_one_of_several', 'Blue'],
    ['as_any_of_several', 'Red, Green'],
  ] as const)
    await expect.poll(() => shown(sams, name)).toContain(words)
})

test('a CPF or CNPJ whose check digits are wrong is refused with the reason, and a right one is written as people write it', async () => {
  for (const wrong of ['529.982.247-26', '11.222.333/0001-82']) {
    await type(adas, 'taxId', wrong)
    await expect.poll(() => wordsOf(field(adas, 'taxId').getByRole('alert'))).toContain('This is not a CPF or CNPJ. Check its digits')
    await field(adas, 'taxId').getByRole('button', { name: 'Cancel' }).click()
  }
  await type(adas, 'taxId', '52998224725')
  await expect.poll(() => shown(adas, 'taxId')).toBe('529.982.247-25')
  await expect.poll(() => shown(sams, 'taxId')).toBe('529.982.247-25')
})

test('two who change the same field at once are told of each other, and choose', async () => {
  const [hers, his] = [await begin(adas, 'phone'), await begin(sams, 'phone')]
  await hers.locator('input').fill('(11) 98765-4321')
  await his.locator('input').fill('(21) 3333-4444')
  await hers.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => shown(adas, 'phone')).toBe('(11) 98765-4321')
  await his.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => wordsOf(his.getByTestId('conflict'))).toContain('Ada wrote “(11) 98765-4321” here meanwhile.')
  expect(await his.locator('input').inputValue()).toBe('(21) 3333-4444')
  await his.getByTestId('save-mine').click()
  for (const desk of [adas, sams]) await expect.poll(() => shown(desk, 'phone')).toBe('(21) 3333-4444')
  const [again, too] = [await begin(sams, 'phone'), await begin(adas, 'phone')]
  await again.locator('input').fill('(11) 98765-4321')
  await too.locator('input').fill('0')
  await again.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => shown(sams, 'phone')).toBe('(11) 98765-4321')
  await too.getByRole('button', { name: 'Save' }).click()
  await too.getByRole('button', { name: 'Leave it' }).click()
  await expect.poll(() => shown(adas, 'phone')).toBe('(11) 98765-4321')
})

test('two who change different fields at once are in nobody’s way', async () => {
  const [hers, his] = [await begin(adas, 'name'), await begin(sams, 'email')]
  await hers.locator('input').fill('Maria Souza')
  await his.locator('input').fill('maria.souza@customer.example')
  await Promise.all([hers, his].map((form) => form.getByRole('button', { name: 'Save' }).click()))
  for (const desk of [adas, sams]) {
    await expect.poll(() => shown(desk, 'name')).toBe('Maria Souza')
    await expect.poll(() => shown(desk, 'email')).toBe('maria.souza@customer.example')
  }
})

test('notes and tags of a customer are read by colleagues as they are written', async () => {
  await adas.page.getByTestId('note-field').fill('Calls in the morning.')
  await adas.page.getByTestId('note-add').click()
  await expect.poll(() => wordsOf(sams.page.getByTestId('note'))).toContain('Calls in the morning.')
  await adas.page.getByTestId('customer-tags').getByTestId('tag-add').click()
  await adas.page.getByRole('option', { name: 'Wholesale' }).click()
  await adas.page.keyboard.press('Escape')
  await expect.poll(() => wordsOf(sams.page.getByTestId('customer-tags'))).toContain('Wholesale')
  const note = adas.page.getByTestId('note')
  await note.hover()
  await note.getByRole('button', { name: 'Edit the note' }).click()
  await note.getByRole('textbox').fill('Calls in the evening.')
  await note.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => wordsOf(sams.page.getByTestId('note'))).toContain('Calls in the evening.')
})

test('a customer with the same phone, written without its ninth digit, is suggested as the same person, and nobody is merged by it', async () => {
  await openProfile(sams, 'M. Souza')
  await type(sams, 'phone', '011 8765-4321')
  await expect.poll(() => wordsOf(sams.page.getByTestId('duplicate'))).toContain('Same phone')
  expect(await sams.page.getByTestId('duplicate').getByRole('button', { name: 'Compare and merge' }).count()).toBe(0)
  await adas.page.reload()
  await expect.poll(() => wordsOf(adas.page.getByTestId('duplicate'))).toContain('M. Souza')
  expect((await profiles()).length).toBe(2)
})

let before: unknown[]
test('two are merged by one who leads, for a reason: one profile, and the chats of both shops in one line of time', async () => {
  before = await profiles()
  const { page } = adas
  await page.getByTestId('duplicate').getByRole('button', { name: 'Compare and merge' }).click()
  const form = page.getByTestId('merge-form')
  expect(await page.getByTestId('merge-do').isDisabled()).toBe(true)
  await form.locator('[data-row="phone"]').getByText('011 8765-4321', { exact: true }).click()
  await page.getByTestId('merge-reason').fill('She said so on the phone.')
  await page.getByTestId('merge-do').click()
  await expect.poll(() => wordsOf(page.getByTestId('merge'))).toContain('She said so on the phone.')
  await expect.poll(() => shown(adas, 'phone')).toBe('011 8765-4321')
  await expect.poll(() => wordsOf(page.getByTestId('earlier-chat'))).toContain('And to Recife?')
  expect((await profiles()).length).toBe(1)
  await expect.poll(() => shown(sams, 'name')).toBe('Maria Souza')
})

test('it is undone, and both are again exactly what they were', async () => {
  await adas.page.getByTestId('merge').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => shown(adas, 'phone')).toBe('(11) 98765-4321')
  await expect.poll(() => adas.page.getByTestId('earlier-chat').count()).toBe(0)
  await expect.poll(() => shown(sams, 'name')).toBe('M. Souza')
  expect(sorted(await profiles())).toEqual(sorted(before))
})

test('whose name is put right is a registered customer from then on', async () => {
  await (await startVisitor(scene, 'Roi', undefined, { email: 'rui@customer.example' })).say('Good evening')
  await openProfile(sams, 'Roi')
  await sams.page.getByRole('link', { name: 'Open the whole profile' }).click()
  const whole = sams.page.getByTestId('customer')
  await expect.poll(() => wordsOf(whole)).toContain('not registered yet')
  const name = whole.locator('[data-field="name"]').first()
  await name.getByRole('button').click()
  await name.locator('form input').first().fill('Rui Costa')
  await name.locator('form').getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => wordsOf(whole.getByRole('heading', { level: 1 }))).toBe('Rui Costa')
  await expect.poll(() => wordsOf(whole)).toContain('· registered')
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})

const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted()
