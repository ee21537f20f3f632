import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { customers, type EveryKind, openEveryKind } from '../src/every-kind.ts'
import { ask } from '../src/people.ts'

let all: EveryKind
let desk: Desk

beforeAll(async () => {
  all = await openEveryKind()
  desk = await openDesk(all.ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => all.scene.photograph(task.name)))
afterAll(async () => {
  await all?.end()
  rmSync(folder, { recursive: true, force: true })
})

const folder = mkdtempSync(join(tmpdir(), 'parley-files-'))

const everybody = [...customers.map(({ name }) => name), 'Vera Lund'].toSorted()
const names = async () => (await desk.rows.allInnerTexts()).map((row) => everybody.find((name) => row.includes(name)) ?? row).toSorted()
const press = (key: string) => desk.page.keyboard.press(key)
const warnings = () => wordsOf(desk.page.getByTestId('composer-warnings'))
const staged = () => desk.page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
const attach = (name: string, mimeType: string, buffer: Buffer) =>
  desk.page.getByTestId('file-input').setInputFiles({ name, mimeType, buffer })
const unstage = async () => {
  await staged().first().getByRole('button').click()
  await expect.poll(() => staged().count()).toBe(0)
}
async function serve(name: string): Promise<void> {
  await desk.open(name)
  await expect.poll(() => wordsOf(desk.page.locator('header').getByRole('heading', { level: 2 }))).toBe(name)
  const held = desk.page.getByTestId('holder').filter({ hasText: 'Ada (you)' })
  await held.or(desk.page.getByTestId('take')).first().waitFor()
  if ((await held.count()) === 0) await desk.take()
  await desk.composer.waitFor()
  await held.waitFor()
}
/** What can be done to a message, and why not, as its menu says. */
async function menuOf(message: Locator): Promise<Record<string, string>> {
  await message.hover()
  await message.getByTestId('message-menu').click()
  await desk.page.getByRole('menuitem', { name: 'Copy' }).waitFor()
  const lines = (await desk.page.getByRole('menuitem').allInnerTexts()).map((text) => text.split('\n').map((word) => word.trim()))
  await press('Escape')
  await desk.page.getByRole('menuitem', { name: 'Copy' }).waitFor({ state: 'detached' })
  return Object.fromEntries(lines.map(([label = '', ...why]) => [label, why.join(' ')]))
}

test('the mailbox, the bot and the accounts of the company are connected', async () => {
  const states = async () =>
    (await ask<{ channels: { state: string }[] }>(all.ada, all.scene, '{ channels { state } }')).channels.map(({ state }) => state)
  await expect.poll(states, { timeout: 60_000 }).toEqual(Array(6).fill('connected'))
})

test('chats of six networks stand in one list, each with the mark of its own', async () => {
  await all.everybodySays('Is the blue one in stock?')
  await desk.tab('new')
  await expect.poll(names, { timeout: 60_000 }).toEqual(everybody)
  for (const { title, channel, name } of customers) {
    const row = desk.rows.filter({ hasText: name })
    await row.getByRole('img', { name: `${title}: ${channel}` }).waitFor()
    expect(await wordsOf(row)).toContain('Is the blue one in stock?')
  }
  await desk.rows
    .filter({ hasText: 'Vera Lund' })
    .getByRole('img', { name: /^Web: / })
    .waitFor()
  await all.scene.keep(desk.page, 'every-kind')
})

test('the list is narrowed to some networks, or to one channel, by its filter', async () => {
  await press('Shift+F')
  await desk.page.getByTestId('filter-add').click()
  await desk.page.getByRole('menuitem', { name: 'Network' }).click()
  await desk.page.getByTestId('condition-values').click()
  await desk.page.getByRole('option', { name: 'Instagram' }).click()
  await expect.poll(names).toEqual(['Ines Prado'])
  await desk.page.getByRole('option', { name: 'E-mail' }).click()
  await expect.poll(names).toEqual(['Elsa Berg', 'Ines Prado'])
  await press('Escape')
  await press('Escape')
  await desk.page
    .getByTestId('filter-chip')
    .getByRole('button', { name: /^Take away/ })
    .click()
  await expect.poll(names).toEqual(everybody)
  await desk.page.getByTestId('filter-add').click()
  await desk.page.getByRole('menuitem', { name: 'Channel', exact: true }).click()
  await desk.page.getByTestId('condition-values').click()
  await desk.page.getByRole('option', { name: 'The bot' }).click()
  await expect.poll(names).toEqual(['Tarek Aziz'])
  await press('Escape')
  await press('Escape')
  await desk.page.getByTestId('filter-leave').click()
  await desk.tab('new')
  await expect.poll(names).toEqual(everybody)
})

test('one goes from network to network in that list, and each answer reaches its customer', async () => {
  for (const name of everybody) {
    await desk.tab('new')
    await serve(name)
    await desk.write(`Yes, ${name}, it is.`)
    await expect.poll(desk.delivery).toMatch(/Sent|Delivered|Read/)
  }
  await desk.tab('mine')
  await expect.poll(names).toEqual(everybody)
  expect(all.telegram.ledger.accepted.map(({ text }) => text)).toEqual(['Yes, Tarek Aziz, it is.'])
  expect(all.graph.ledger.accepted.map(({ text }) => text).toSorted()).toEqual([
    'Yes, Ines Prado, it is.',
    'Yes, Milo Reis, it is.',
    'Yes, Wanda Cruz, it is.',
  ])
  expect(all.mail.ledger.accepted.map(({ text }) => text)).toEqual(['Yes, Elsa Berg, it is.'])
})

test('a text that is too long for one message of the network is said to go as several, before it goes', async () => {
  await serve('Ines Prado')
  // Instagram counts bytes: the same letters are longer in Russian.
  await desk.composer.fill('a'.repeat(1_000))
  await expect.poll(warnings).toBe('')
  await desk.composer.fill('я'.repeat(1_000))
  await expect.poll(warnings).toBe('Too long for one message on The account: goes out as 2 messages.')
  await desk.composer.fill('')
  await serve('Tarek Aziz')
  await desk.composer.fill('a'.repeat(9_000))
  await expect.poll(warnings).toBe('Too long for one message on The bot: goes out as 3 messages.')
  await desk.composer.fill('')
  await expect.poll(warnings).toBe('')
})

test('a file of a kind the network does not take is refused where it stands, and cannot be sent', async () => {
  await serve('Ines Prado')
  await attach('offer.txt', 'text/plain', Buffer.from('Blue, 840'))
  await expect.poll(() => wordsOf(staged())).toContain('The account cannot take this kind of file.')
  await desk.composer.fill('Our offer')
  expect(await desk.page.getByTestId('send').isDisabled()).toBe(true)
  await unstage()
  await expect.poll(() => desk.page.getByTestId('send').isDisabled()).toBe(false)
  await desk.composer.fill('')
})

test('what a file really is counts, not how it is called', async () => {
  await serve('Ines Prado')
  await attach('offer.png', 'image/png', Buffer.from('Blue, 840'))
  await expect.poll(() => wordsOf(staged())).toContain('The account cannot take this kind of file.')
  await unstage()
})

test('a file that is too large for the network is refused with the size it may have', async () => {
  await serve('Milo Reis')
  const large = join(folder, 'plan.pdf')
  writeFileSync(large, Buffer.alloc(26 * 1_048_576, '%PDF-1.7 '))
  await desk.page.getByTestId('file-input').setInputFiles(large)
  await expect.poll(() => wordsOf(staged())).toContain('The page takes files up to 25 MB.')
  await unstage()
})

test('a picture the network does not show is said to go as a file, and a text beside a file to go by itself', async () => {
  await serve('Wanda Cruz')
  const picture = await desk.page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 64 } })
  await attach('blue.png', 'image/png', picture)
  await expect.poll(() => wordsOf(staged())).toContain('blue.png')
  await desk.composer.fill('This one')
  await expect.poll(() => desk.page.getByTestId('send').isDisabled()).toBe(false)
  expect(await warnings()).toBe('')
  expect(await staged().getByTestId('file-note').count()).toBe(0)
  await desk.composer.fill('This one '.repeat(120))
  await expect.poll(warnings).toBe('The text goes first, as a message of its own.')
  await unstage()
  // WhatsApp shows no GIF.
  await attach('blue.gif', 'image/gif', Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64'))
  await expect.poll(() => wordsOf(staged())).toContain('Goes as a file to open.')
  await unstage()
  await desk.composer.fill('')
  await serve('Milo Reis')
  await attach('blue.png', 'image/png', picture)
  await desk.composer.fill('This one')
  await expect.poll(warnings).toBe('The text goes first, as a message of its own.')
  await unstage()
  await desk.composer.fill('')
})

test('where nothing sent can be changed or taken back, or no sign be put, the menu of a message says so', async () => {
  const cannot = (channel: string) => `${channel} cannot do this.`
  await serve('Wanda Cruz')
  expect(await menuOf(desk.messages.filter({ hasText: 'Yes, Wanda' }))).toMatchObject({
    React: '',
    Edit: cannot('The number'),
    Delete: cannot('The number'),
  })
  await serve('Elsa Berg')
  expect(await menuOf(desk.messages.filter({ hasText: 'Yes, Elsa' }))).toMatchObject({
    React: cannot('The mailbox'),
    Edit: cannot('The mailbox'),
    Delete: cannot('The mailbox'),
  })
  await serve('Tarek Aziz')
  expect(await menuOf(desk.messages.filter({ hasText: 'Yes, Tarek' }))).toMatchObject({ React: '', Edit: '', Delete: '' })
})

test('a message that was sent cannot be changed to one that is too long', async () => {
  await serve('Tarek Aziz')
  const said = desk.messages.filter({ hasText: 'Yes, Tarek' })
  await said.hover()
  await said.getByTestId('message-menu').click()
  await desk.page.getByRole('menuitem', { name: 'Edit' }).click()
  await desk.page.getByTestId('editing').waitFor()
  await desk.composer.fill('a'.repeat(5_000))
  await expect.poll(warnings).toBe('Too long for one message on The bot, and what was sent stays one.')
  expect(await desk.page.getByTestId('save-edit').isDisabled()).toBe(true)
  await desk.composer.fill('Yes, Tarek Aziz, and in green.')
  await desk.page.getByTestId('save-edit').click()
  await expect.poll(() => all.telegram.ledger.accepted.map(({ text }) => text)).toEqual(['Yes, Tarek Aziz, and in green.'])
})

test('only the signs are offered that the network takes', async () => {
  await serve('Ines Prado')
  const asked = desk.messages.filter({ hasText: 'Is the blue one in stock?' })
  await asked.hover()
  await asked.getByTestId('react').click()
  const signs = desk.page.getByTestId('reaction-picker').getByRole('button')
  await expect.poll(() => signs.allInnerTexts().then((texts) => texts.map((text) => text.trim()))).toEqual(['❤'])
  await press('Escape')
})

test('one who writes from two networks is one customer once he is merged, with the chats of both in one line of time', async () => {
  const { chats } = await ask<{ chats: { edges: { node: { customer: { id: string; name: string } } }[] } }>(
    all.ada,
    all.scene,
    '{ chats(section: mine, first: 20) { edges { node { customer { id name } } } } }',
  )
  const idOf = (name: string) => chats.edges.find(({ node }) => node.customer.name === name)?.node.customer.id
  const [customerId, intoCustomerId] = [idOf('Ines Prado'), idOf('Tarek Aziz')]
  await ask(all.ada, all.scene, 'mutation($input: MergeCustomersInput!) { mergeCustomers(input: $input) { ... on Customer { id } } }', {
    input: { customerId, intoCustomerId, reason: 'He said so' },
  })
  await desk.page.goto(`/w/acme/customers/${intoCustomerId}`)
  const line = desk.page.getByTestId('customer').getByTestId('earlier-chat')
  await expect.poll(() => line.count()).toBe(2)
  expect((await line.getByRole('img').evaluateAll((marks) => marks.map((mark) => mark.getAttribute('aria-label')))).toSorted()).toEqual([
    'Instagram: The account',
    'Telegram: The bot',
  ])
  expect(await wordsOf(line)).toMatch(/Ines Prado.*Tarek Aziz/s)
  await line.filter({ hasText: 'Ines Prado' }).click()
  await expect.poll(desk.texts).toContain('Yes, Ines Prado, it is.')
})

test('no page asked another host or had an error', () => {
  expect(all.scene.watch.faults).toEqual([])
})
