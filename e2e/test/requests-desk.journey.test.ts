import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPostbox, type Postbox } from '../../apps/hub/test/support/mail.ts'
import { type Desk, openDesk } from '../src/desk.ts'
import { faultsOf } from '../src/looks.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
let post: Postbox
let ada: Awaited<ReturnType<typeof setUp>>
let desk: Desk
let shop: Shop

beforeAll(async () => {
  post = await openPostbox()
  scene = await openScene({ SMTP_URL: post.url, SMTP_FROM: 'chat@acme.example' })
  ada = await setUp(scene)
  await ask(
    ada,
    scene,
    'mutation($input: RequestSettingsInput!) { updateRequestSettings(input: $input) { ... on RequestSettings { away } ... on Refusal { code message } } }',
    {
      input: {
        categories: ['Delivery'],
        types: ['Question'],
        priority: 'normal',
        away: true,
        fields: [{ label: 'Order number', kind: 'line', required: true }],
      },
    },
  )
  await ask(ada, scene, 'mutation { setPresence(presence: offline) { ... on Operator { presence } ... on Refusal { code message } } }')
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterEach(() => expect(scene.watch.faults).toEqual([]))
afterAll(async () => {
  await scene?.end()
  await post?.close()
})

const rows = () => desk.page.getByTestId('request-row')
const detail = () => desk.page.getByTestId('request-detail')
const state = () => desk.page.getByTestId('request-state').textContent()

test('what a visitor leaves while nobody is there is counted beside the menu and stands on the list at once', async () => {
  await desk.page.getByRole('link', { name: 'Requests' }).click()
  await desk.page.getByText('No requests here').waitFor()
  shop = await openShop(await scene.visit())
  await shop.open()
  const { frame } = shop
  await frame.getByLabel('Name').fill('Nina')
  await frame.getByLabel('E-mail').fill('nina@customer.example')
  await frame.getByLabel('Category').selectOption('Delivery')
  await frame.getByLabel('Subject').fill('Where is my parcel?')
  await frame.getByRole('textbox', { name: 'Message' }).fill('It should have come on Monday.')
  await frame.getByLabel('Order number').fill('4711')
  await frame.getByLabel('Order number').press('Enter')
  await rows().filter({ hasText: 'Where is my parcel?' }).filter({ hasText: 'Nina' }).filter({ hasText: 'Delivery' }).waitFor()
  await desk.page.getByRole('link', { name: 'Requests: 1 new request' }).waitFor()
  expect(await faultsOf(desk.page)).toEqual([])
})

test('it is opened with all that was said and what the form asked, filed and given to somebody', async () => {
  await rows().first().press('Enter')
  await detail().getByText('It should have come on Monday.').waitFor()
  await detail().getByText('4711').waitFor()
  expect(await faultsOf(desk.page)).toEqual([])
  await detail().getByLabel('Priority').click()
  await desk.page.getByRole('option', { name: 'Urgent' }).click()
  await desk.page.getByTestId('requests-all').click()
  await rows().filter({ hasText: 'Urgent' }).waitFor()
  await detail().getByLabel('Assigned to').click()
  await desk.page.getByRole('option', { name: /Ada/ }).click()
  await expect.poll(state).toBe('Open')
  await desk.page.getByRole('link', { name: 'Requests', exact: true }).waitFor()
})

test('the answer reaches the visitor in the chat and by mail', async () => {
  await detail().getByLabel('Your answer').fill('It left today.')
  await detail().getByRole('button', { name: 'Send answer' }).click()
  await expect.poll(state).toBe('Answered')
  await expect.poll(shop.texts).toEqual(['It should have come on Monday.', 'It left today.'])
  await expect.poll(() => post.taken.some((mail) => mail.includes('It left today.'))).toBe(true)
  await detail().getByText('Sent by e-mail to nina@customer.example.').waitFor()
})

test('it is closed and opened again, and stays in its place on a phone', async () => {
  await detail().getByRole('button', { name: 'Close request' }).click()
  await expect.poll(state).toBe('Closed')
  await desk.page.getByTestId('requests-open').click()
  await desk.page.getByText('No requests here').waitFor()
  await detail().getByRole('button', { name: 'Reopen' }).click()
  await expect.poll(state).toBe('Open')
  await rows().first().waitFor()
  await scene.keep(desk.page, 'requests 1440')
  await desk.page.setViewportSize({ width: 390, height: 844 })
  expect(await faultsOf(desk.page)).toEqual([])
  await scene.keep(desk.page, 'requests 390')
  await detail().getByRole('link', { name: 'Back to the list' }).click()
  await rows().first().waitFor()
  expect(await faultsOf(desk.page)).toEqual([])
})
