import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
/** Lea leads, Sam and Bea answer, Maria asks. */
let leas: Desk
let sams: Desk
let beas: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const groupIds = groups.map(({ id }) => id)
  leas = await openDesk(await addColleague(scene, ada, 'Lea', { role: 'supervisor', groupIds }))
  sams = await openDesk(await addColleague(scene, ada, 'Sam', { groupIds }))
  beas = await openDesk(await addColleague(scene, ada, 'Bea', { groupIds }))
  shop = await openShop(await scene.visit())
  await shop.open()
  await shop.introduce('Maria', 'maria@customer.example')
  await shop.write('Where is my parcel?')
  await sams.tab('new')
  await sams.open('Maria')
  await sams.take()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const seat = (name: string) => leas.page.locator(`[data-testid=seat][data-operator=${name}]`)
const figure = (name: string, what: string) => wordsOf(seat(name).locator(`[data-figure=${what}]`))

test('the wall shows each operator and his chats as they are now', async () => {
  await expect.poll(shop.delivery).toMatch(/^Read/)
  await sams.page.getByRole('link', { name: 'Team' }).click()
  await leas.page.getByRole('link', { name: 'Wall' }).click()
  await expect.poll(() => figure('Sam', 'held')).toBe('1')
  await expect.poll(() => wordsOf(seat('Bea'))).toContain('No chats now')
  await expect.poll(() => wordsOf(seat('Sam'))).toContain('Where is my parcel?')
  await shop.write('It was sent on Monday.')
  await expect.poll(() => wordsOf(seat('Sam'))).toContain('It was sent on Monday.')
  await expect.poll(() => figure('Sam', 'unread')).toBe('1')
  await expect.poll(() => figure('Sam', 'waiting')).toBe('1')
  await expect.poll(() => wordsOf(leas.page.getByTestId('wall-sums'))).toBe('Chats: 1 · waiting: 1 · unread: 1')
})

test('who leads looks on unseen: neither the customer nor the operator is told, and nothing counts as read', async () => {
  await seat('Sam').getByTestId('wall-chat').click()
  await expect.poll(leas.texts).toEqual(['Where is my parcel?', 'It was sent on Monday.'])
  await expect.poll(() => leas.page.getByTestId('silent').getAttribute('aria-pressed')).toBe('true')
  await shop.write('Please look.')
  await expect.poll(leas.texts).toEqual(['Where is my parcel?', 'It was sent on Monday.', 'Please look.'])
  await expect.poll(shop.delivery).toMatch(/^(Sent|Delivered)/)
  await leas.page.getByRole('link', { name: 'Wall' }).click()
  await expect.poll(() => wordsOf(seat('Sam'))).toContain('Please look.')
  await expect.poll(() => figure('Sam', 'unread')).toBe('1')
  await seat('Sam').getByTestId('wall-chat').click()
  await expect.poll(leas.texts).toContain('Please look.')
  await sams.page.getByRole('link', { name: 'Inbox' }).click()
  await sams.tab('mine')
  await sams.open('Maria')
  await expect.poll(sams.texts).toContain('Please look.')
  await expect.poll(shop.delivery).toMatch(/^Read/)
  expect(await wordsOf(sams.page.getByTestId('here'))).toBe('')
  await leas.page.getByTestId('silent').click()
  await expect.poll(() => wordsOf(sams.page.getByTestId('here'))).toBe('Lea has this chat open')
})

test('a comment for the operator alone is read by him and by no other colleague', async () => {
  const { page } = leas
  await page.getByTestId('mode-comment').click()
  await page.getByTestId('comment-to-operator').click()
  await page.getByTestId('comment-field').fill('Offer her the express one.')
  await page.getByTestId('comment-field').press('Enter')
  await expect.poll(() => wordsOf(sams.page.getByTestId('comment'))).toContain('Offer her the express one.')
  await expect.poll(() => wordsOf(sams.page.getByTestId('comment'))).toContain('Only for Sam')
  await beas.tab('others')
  await beas.open('Maria')
  await expect.poll(beas.texts).toContain('Please look.')
  expect(await beas.page.getByTestId('comment').count()).toBe(0)
  expect(await shop.texts()).toEqual(['Where is my parcel?', 'It was sent on Monday.', 'Please look.'])
})

test('who leads takes over with a reason: the operator is told why, and the customer goes on with the other', async () => {
  const { page } = leas
  await page.getByTestId('take-over').click()
  await page.getByTestId('take-over-reason').fill('She has waited since Monday.')
  await page.getByTestId('take-over-confirm').click()
  await expect.poll(() => wordsOf(page.getByTestId('holder'))).toContain('Lea (you)')
  await sams.page.getByText('Lea took over a chat of yours').first().waitFor()
  await expect.poll(() => wordsOf(sams.page.getByTestId('activity'))).toContain('Lea took over from Sam')
  await expect.poll(() => wordsOf(sams.page.getByTestId('activity'))).toContain('She has waited since Monday.')
  await page.getByTestId('mode-reply').click()
  await leas.write('It comes tomorrow, free of charge.')
  await expect.poll(shop.texts).toContain('It comes tomorrow, free of charge.')
  await page.getByRole('link', { name: 'Wall' }).click()
  await expect.poll(() => figure('Sam', 'held')).toBe('0')
})

test('an operator has no wall, and cannot look on unseen', async () => {
  expect(await sams.page.getByRole('link', { name: 'Wall' }).count()).toBe(0)
  expect(await sams.page.getByTestId('silent').count()).toBe(0)
  await sams.page.goto('/w/acme/wall')
  await sams.page.getByText('Nothing here').waitFor()
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
