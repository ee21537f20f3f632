import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPostbox, type Postbox } from '../../apps/hub/test/support/mail.ts'
import { addGroup, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop } from '../src/shop.ts'

let scene: Scene
let post: Postbox
let ada: Awaited<ReturnType<typeof setUp>>
let page: Page

beforeAll(async () => {
  post = await openPostbox()
  scene = await openScene({ SMTP_URL: post.url, SMTP_FROM: 'chat@acme.example' })
  ada = await setUp(scene)
  await addGroup(scene, ada, 'Sales')
  page = await ada.newPage()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterEach(() => expect(scene.watch.faults).toEqual([]))
afterAll(async () => {
  await scene?.end()
  await post?.close()
})

interface Schedule {
  name: string
  timeZone: string
  week: { day: number; from: string; to: string }[]
  holidays: { date: string; name: string; intervals: { from: string; to: string }[] }[]
  channels: { name: string }[]
  groups: { name: string }[]
}
const schedules = async () =>
  (
    await ask<{ schedules: Schedule[] }>(
      ada,
      scene,
      '{ schedules { name timeZone week { day from to } holidays { date name intervals { from to } } channels { name } groups { name } } }',
    )
  ).schedules
const state = () => page.getByTestId('schedule-state').textContent()
const day = (name: string) => page.getByTestId('day').filter({ hasText: name })
const save = async () => {
  await page.getByTestId('schedule-save').click()
  await page.getByTestId('schedule-form').waitFor({ state: 'detached' })
}

test('an admin sets working hours with a break, past midnight and a holiday, and says where they hold', async () => {
  await page.goto('/w/acme/settings/hours')
  await page.getByText('No working hours yet').waitFor()
  await page.getByTestId('schedule-create').click()
  await page.getByTestId('schedule-name').fill('Shop')
  await page.getByTestId('time-zone').click()
  await page.getByPlaceholder('Time zone').fill('Sao_Paulo')
  await page.getByRole('option', { name: 'America/Sao_Paulo' }).click()
  await page.getByLabel('Monday: until').fill('12:00')
  await day('Monday').getByRole('button', { name: 'Add an interval' }).click()
  await page.getByLabel('Monday: from').nth(1).fill('13:30')
  await page.getByRole('button', { name: 'Same until Friday' }).click()
  await page.getByLabel('Friday: until').nth(1).fill('02:00')
  await day('Friday').getByText('on the next day').waitFor()
  await page.getByTestId('holiday-add').click()
  await page.getByLabel('Date').fill('2027-12-25')
  await page.getByLabel('Name of the holiday').fill('Christmas')
  await page.getByTestId('schedule-groups').getByLabel('Sales').check()
  await page.getByTestId('schedule-channels').getByRole('checkbox').first().check()
  await scene.keep(page, 'hours form 1440')
  await save()
  const [shop] = await schedules()
  expect(shop).toMatchObject({
    name: 'Shop',
    timeZone: 'America/Sao_Paulo',
    holidays: [{ date: '2027-12-25', name: 'Christmas', intervals: [] }],
    groups: [{ name: 'Sales' }],
  })
  expect(shop?.channels).toHaveLength(1)
  expect(shop?.week.filter(({ day: number }) => number === 5)).toEqual([
    { day: 5, from: '09:00', to: '12:00' },
    { day: 5, from: '13:30', to: '02:00' },
  ])
  expect(shop?.week).toHaveLength(10)
})

test('the page says whether it is open, and a second schedule takes a channel over', async () => {
  await page.getByRole('button', { name: 'Edit: Shop' }).click()
  for (const name of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'])
    while ((await day(name).getByTestId('interval').count()) > 0)
      await day(name)
        .getByRole('button', { name: /^Remove/ })
        .first()
        .click()
  await save()
  await expect.poll(state).toBe('Closed for the next two months')
  await page.getByTestId('schedule-create').click()
  await page.getByTestId('schedule-name').fill('Always')
  for (const name of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    if ((await day(name).getByTestId('interval').count()) === 0) await day(name).getByRole('button', { name: 'Add an interval' }).click()
    await page.getByLabel(`${name}: from`).fill('00:00')
    await page.getByLabel(`${name}: until`).fill('00:00')
  }
  await page.getByTestId('schedule-channels').getByText('now: Shop').waitFor()
  await page.getByTestId('schedule-channels').getByRole('checkbox').first().check()
  await save()
  await page.getByTestId('schedule').filter({ hasText: 'Always' }).getByText('Always open').waitFor()
  const all = await schedules()
  expect(all.map(({ name, channels }) => [name, channels.length])).toEqual([
    ['Always', 1],
    ['Shop', 0],
  ])
  await scene.keep(page, 'hours 1440')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('button', { name: 'Edit: Always' }).click()
  await scene.keep(page, 'hours form 390')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'Remove hours: Shop' }).click()
  await page.getByTestId('schedule-remove').click()
  await page.getByTestId('schedule').filter({ hasText: 'Shop' }).waitFor({ state: 'detached' })
})

test('what the admin asks in the request form is asked of visitors while nobody is there', async () => {
  await page.goto('/w/acme/settings/requests')
  await page.getByTestId('request-categories').fill('Delivery\nInvoice')
  await page.getByTestId('request-types').fill('Question')
  await page.getByTestId('request-title').fill('From the chat')
  await page.getByTestId('request-category').click()
  await page.getByRole('option', { name: 'Invoice' }).click()
  await page.getByTestId('request-settings-save').click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.getByTestId('request-field-add').click()
  await page.getByTestId('request-field-label').fill('Order number')
  await page.getByTestId('request-field-save').click()
  await page.getByTestId('request-field').filter({ hasText: 'Order number' }).waitFor()
  await page.getByTestId('request-field-add').click()
  await page.getByTestId('request-field-label').fill('Model')
  await page.getByTestId('request-field-save').click()
  await page.getByRole('button', { name: 'Move up: Model' }).click()
  await expect.poll(() => page.getByTestId('request-field').first().textContent()).toContain('Model')
  await page.getByText('The chat asks for subject').waitFor()
  await page.getByTestId('request-away').click()
  await page.getByText('They write all the same').waitFor()
  await page.getByTestId('request-away').click()
  await page.getByText('The chat asks for subject').waitFor()
  await scene.keep(page, 'request settings 1440')
  const stored = () =>
    ask<{ requestSettings: object }>(ada, scene, '{ requestSettings { away categories types title category fields { label } } }')
  await expect
    .poll(async () => (await stored()).requestSettings)
    .toEqual({
      away: true,
      categories: ['Delivery', 'Invoice'],
      types: ['Question'],
      title: 'From the chat',
      category: 'Invoice',
      fields: [{ label: 'Model' }, { label: 'Order number' }],
    })
  await ask(ada, scene, 'mutation { setPresence(presence: offline) { ... on Operator { presence } ... on Refusal { code message } } }')
  const shop = await openShop(await scene.visit())
  await shop.open()
  await shop.frame.getByLabel('Order number').waitFor()
  expect(await shop.frame.getByLabel('Category').locator('option').allTextContents()).toEqual(
    expect.arrayContaining(['Delivery', 'Invoice']),
  )
  await page.setViewportSize({ width: 390, height: 844 })
  await scene.keep(page, 'request settings 390')
  await page.setViewportSize({ width: 1440, height: 900 })
})

test('the admin sees how mail goes out, and tries it', async () => {
  await page.goto('/w/acme/settings/mail')
  await page.getByTestId('mailing').getByText('chat@acme.example').waitFor()
  await page.getByTestId('mail-test').click()
  await page.getByText('The mail server took the test to ada@acme.example.').waitFor()
  expect(post.taken.some((mail) => mail.includes('To: ada@acme.example') && mail.includes('From: Acme'))).toBe(true)
  await scene.keep(page, 'mail 1440')
  post.next.push('never')
  await page.getByTestId('mail-test').click()
  await page.getByText('The mail server did not take the test to ada@acme.example.').waitFor()
  await scene.keep(page, 'mail refused 1440')
})
