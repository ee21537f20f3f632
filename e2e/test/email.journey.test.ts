import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type MailStandIn, startMailStandIn } from '@parley/conformance/mail'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'

const maria = { name: 'Maria Souza', address: 'maria@customer.example' }

let mail: MailStandIn
let scene: Scene
let ada: BrowserContext
let page: Page
let desk: Desk
/** Where the sender of a letter counts who opens it. */
let opened = 0
const elsewhere = createServer((_, response) => {
  opened++
  response
    .writeHead(200, { 'content-type': 'image/gif' })
    .end(Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64'))
})

beforeAll(async () => {
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  mail = await startMailStandIn({ address: 'help@acme.example', password: 'an app password' })
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: mail.hosts.join(',') })
  ada = await setUp(scene)
  page = await ada.newPage()
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await mail?.stop()
  elsewhere.closeAllConnections()
  elsewhere.close()
})

test('an admin connects a mailbox by what the page asks for', async () => {
  await page.goto('/w/acme/settings/channels')
  await page.getByTestId('channel-add').click()
  await page.getByRole('button', { name: 'E-mail' }).click()
  await page.getByLabel('E-mail address').fill('help@acme.example')
  await page.getByLabel('Password').fill('a wrong one')
  await page.getByLabel('Server for incoming mail (IMAP)').fill('127.0.0.1')
  await page.getByLabel('Server for outgoing mail (SMTP)').fill('127.0.0.1')
  await page.getByLabel('Name of the sender').fill('Acme')
  await page.getByText('Advanced').click()
  await page.getByLabel('Port for incoming mail').fill(String(mail.ports.imap))
  await page.getByLabel('Port for outgoing mail').fill(String(mail.ports.smtp))
  await page.getByText('Encrypted connections only').click()
  await page.getByTestId('channel-save').click()
  const card = page.getByTestId('channel').filter({ hasText: 'E-mail' })
  await expect.poll(() => wordsOf(card)).toContain('Invalid credentials')
  await card.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Password').fill('an app password')
  await page.getByTestId('channel-save').click()
  await expect.poll(() => wordsOf(card.getByTestId('channel-state'))).toBe('Connected')
  await expect.poll(() => wordsOf(card)).toContain('help@acme.example')
})

test('an operator answers a letter, and the customer gets it as an answer', async () => {
  const id = await mail.write({
    from: maria,
    subject: 'A broken bell',
    text: 'The bell is broken.\n\nOn Monday, 3 March 2025, Acme wrote:\n> Enjoy your bell!\n',
  })
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('new')
  await expect.poll(() => wordsOf(desk.page.getByTestId('chat-row').first())).toContain('A broken bell · The bell is broken.')
  await desk.open('Maria Souza')
  await expect.poll(desk.texts).toEqual(['The bell is broken.'])
  await expect.poll(() => wordsOf(desk.page.getByTestId('subject'))).toBe('A broken bell')
  await desk.page.getByTestId('unfold').click()
  await expect.poll(() => wordsOf(desk.page.getByTestId('quoted'))).toContain('> Enjoy your bell!')
  await desk.take()
  await desk.write('We are sending another one.')
  await expect.poll(desk.delivery).toBe('Sent')
  expect(mail.ledger.accepted).toMatchObject([
    { to: maria.address, subject: 'Re: A broken bell', inReplyTo: id, text: 'We are sending another one.' },
  ])
  await mail.write({ from: maria, subject: 'Re: A broken bell', text: 'Thank you!', inReplyTo: `<${mail.ledger.accepted[0]?.id}>` })
  await expect.poll(desk.texts).toEqual(['The bell is broken.', 'We are sending another one.', 'Thank you!'])
})

test('a letter is shown as it came: nothing in it runs, and what lies elsewhere is loaded when the operator asks', async () => {
  const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/seen.gif`
  await mail.write({
    from: { name: 'Ivo', address: 'ivo@customer.example' },
    subject: 'Our sale',
    html: `<h1>Half price</h1><img src="${url}"><style>body{background:url(${url})}</style><script>document.title = top.document.title = 'taken'; fetch('${url}')</script><img src=x onerror="top.location='${url}'">`,
  })
  await desk.tab('new')
  await desk.open('Ivo')
  await expect.poll(desk.texts).toEqual(['Half price'])
  await desk.page.getByTestId('as-it-came').click()
  const frame = desk.page.getByTestId('letter').locator('iframe').contentFrame()
  await frame.getByRole('heading', { name: 'Half price' }).waitFor()
  expect(opened).toBe(0)
  expect(await desk.page.title()).not.toContain('taken')
  await desk.page.getByTestId('letter-pictures').click()
  await expect.poll(() => opened).toBeGreaterThan(0)
  expect(await desk.page.title()).not.toContain('taken')
  expect(desk.page.url()).toContain('/w/acme/')
})

test('an operator writes to a customer first, with a subject, and the answer comes into that chat', async () => {
  await desk.page.goto('/w/acme/customers')
  await desk.page.getByRole('link', { name: /Maria Souza/ }).click()
  await desk.page.getByTestId('write-first').click()
  const letter = desk.page.getByTestId('first-letter')
  await expect.poll(() => wordsOf(desk.page.getByRole('dialog'))).toContain('To maria@customer.example')
  expect(await letter.getByTestId('first-letter-send').isDisabled()).toBe(true)
  await letter.getByLabel('Subject').fill('Your bell is here')
  await letter.getByLabel('Text').fill('Come and get it, or we send it.')
  for (const name of ['bell.txt', 'bill.txt'])
    await letter.getByTestId('first-letter-files').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })
  await expect.poll(() => wordsOf(letter.getByRole('list', { name: 'Attached files' }))).toContain('8 byte')
  await scene.keep(desk.page, 'email-first-letter')
  await letter.getByTestId('first-letter-send').click()
  await expect.poll(() => desk.page.url()).toMatch(/\/w\/acme\/inbox\/[0-9a-f-]{36}/)
  await expect.poll(desk.texts).toEqual(['Come and get it, or we send it.'])
  await expect.poll(() => wordsOf(desk.page.getByTestId('subject'))).toBe('Your bell is here')
  await expect.poll(desk.delivery).toBe('Sent')
  const sent = mail.ledger.accepted.at(-1)
  expect(sent).toMatchObject({ to: maria.address, subject: 'Your bell is here', files: [{ name: 'bell.txt' }, { name: 'bill.txt' }] })
  await mail.write({ from: maria, subject: 'Re: Your bell is here', text: 'I am on my way', inReplyTo: `<${sent?.id}>` })
  await expect.poll(desk.texts).toEqual(['Come and get it, or we send it.', 'I am on my way'])
  await scene.keep(desk.page, 'email-first-answer')
})

test('a picture the letter draws within itself is seen in it', async () => {
  const picture = await desk.page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 80 } })
  await mail.write({
    from: { name: 'Pia', address: 'pia@customer.example' },
    subject: 'Our logo',
    html: '<h1>Look</h1><img alt="The logo" src="cid:logo@pia">',
    attachments: [{ filename: 'logo.png', content: picture, cid: 'logo@pia' }],
  })
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('new')
  await desk.open('Pia')
  await desk.messages.last().locator('img').first().waitFor()
  await desk.page.getByTestId('as-it-came').click()
  const drawn = desk.page.getByTestId('letter').locator('iframe').contentFrame().getByRole('img', { name: 'The logo' })
  await expect.poll(() => drawn.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([120, 80])
  await scene.keep(desk.page, 'email-picture')
})
