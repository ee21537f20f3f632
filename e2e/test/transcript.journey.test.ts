import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPostbox, type Postbox } from '../../apps/hub/test/support/mail.ts'
import { type Desk, openDesk } from '../src/desk.ts'
import { faultsOf } from '../src/looks.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
let post: Postbox
let desk: Desk
let shop: Shop

beforeAll(async () => {
  post = await openPostbox()
  scene = await openScene({ SMTP_URL: post.url, SMTP_FROM: 'chat@acme.example' })
  desk = await openDesk(await setUp(scene))
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterEach(() => expect(scene.watch.faults).toEqual([]))
afterAll(async () => {
  await scene?.end()
  await post?.close()
})
const taken = () => post.taken.filter((mail) => mail.includes('To: nina@customer.example')).length

test('the operator sends the transcript from the chat', async () => {
  shop = await openShop(await scene.visit())
  await shop.open()
  await shop.introduce('Nina', 'nina@customer.example')
  await shop.write('Is it in stock?')
  await desk.tab('new')
  await desk.open('Nina')
  await desk.take()
  await desk.write('It is.')
  await expect.poll(shop.texts).toEqual(['Is it in stock?', 'It is.'])
  await desk.page.getByRole('button', { name: 'More actions' }).click()
  await desk.page.getByRole('menuitem', { name: 'Send the transcript by e-mail' }).click()
  await desk.page.getByText('The transcript goes to nina@customer.example').first().waitFor()
  await expect.poll(taken).toBe(1)
})

test('the visitor asks for it himself when the chat is over', async () => {
  expect(await shop.frame.getByRole('button', { name: 'Send me this chat by e-mail' }).count()).toBe(0)
  await desk.page.keyboard.press('Escape')
  await desk.page.getByRole('button', { name: 'Close', exact: true }).first().click()
  const ask = shop.frame.getByRole('button', { name: 'Send me this chat by e-mail' })
  await ask.waitFor()
  expect(await faultsOf(shop.page)).toEqual([])
  await scene.keep(shop.page, 'transcript widget')
  await ask.press('Enter')
  await shop.frame.getByText('It is on its way to your mailbox.').waitFor()
  await expect.poll(taken).toBe(2)
})
