import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from '../src/desk.ts'
import { faultsOf } from '../src/looks.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { type Shop, shopOn } from '../src/shop.ts'

let scene: Scene
let desk: Desk
let site: Server
let origin: string
let maria: Shop
let pedro: Shop

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { channels } = await ask<{ channels: { id: string; publicKey: string }[] }>(ada, scene, '{ channels { id publicKey } }')
  const [channel] = channels
  // A site of another origin that allows as little as it can.
  site = createServer((request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html',
      'content-security-policy': `default-src 'none'; script-src ${scene.address}; connect-src ${scene.address}; frame-src ${scene.address}`,
    })
    const title = request.url === '/' ? 'Bicycles' : (request.url ?? '').slice(1)
    response.end(
      `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1></main><script async src="${scene.address}/widget.js" data-channel="${channel?.publicKey}"></script>`,
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => site.once('listening', resolve))
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  await ask(ada, scene, 'mutation($id: ID!, $o: JSON!) { updateChannel(channelId: $id, options: $o) { __typename } }', {
    id: channel?.id,
    o: { name: 'Acme', allowedOrigins: [origin] },
  })
  desk = await openDesk(ada)
  await desk.page.getByRole('link', { name: 'Visitors' }).click()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  site?.close()
})

async function visitor(page: string, options: object = {}): Promise<Shop> {
  const context = await scene.visit({
    userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
    ...options,
  })
  const opened = await context.newPage()
  await opened.goto(`${origin}/${page}`)
  return shopOn(opened)
}
const row = (title: string) => desk.page.getByTestId('visitor-row').filter({ hasText: title })
const act = (name: string) => desk.page.getByTestId(`approach-${name}`)
const mark = (title: string) => row(title).getByTestId('visitor-mark').click()
async function send(text: string, url?: string): Promise<void> {
  if (text) await desk.page.getByTestId('approach-text').fill(text)
  if (url) await desk.page.getByTestId('approach-url').fill(url)
  await desk.page.getByTestId('approach-send').click()
}
const outcome = (words: string) => desk.page.getByTestId('approach-outcome').getByText(words).waitFor()
const stands = (title: string, words: string) => row(title).getByTestId('visitor-asked').getByText(words).waitFor()

test('nothing can be done while nobody is chosen; then both are invited, once, and what each answers is seen at once', async () => {
  maria = await visitor('Gravel')
  pedro = await visitor('City')
  for (const title of ['Gravel', 'City']) await row(title).waitFor()
  for (const name of ['invitation', 'promotion', 'redirect', 'chat']) expect(await act(name).isDisabled()).toBe(true)
  await mark('Gravel')
  await mark('City')
  await act('invitation').click()
  await send('May I help you choose?')
  await outcome('2 visitors were asked.')
  for (const shop of [maria, pedro]) await shop.frame.getByText('May I help you choose?').waitFor()
  await stands('Gravel', 'Shown')
  await scene.keep(maria.page, 'invitation 1440')
  await scene.keep(desk.page, 'visitors asked 1440')
  // Nothing takes the keys from the page by itself.
  expect(await maria.page.evaluate(() => document.activeElement?.tagName)).toBe('BODY')
  await desk.page.getByTestId('visitors-mark-all').click()
  await act('invitation').click()
  await send('Again?')
  await outcome('Nobody was asked. 2 have not answered yet.')
  await pedro.frame.getByRole('button', { name: 'No, thanks' }).click()
  await pedro.page.locator('iframe').waitFor({ state: 'hidden' })
  await stands('City', 'Refused')
  await maria.frame.getByRole('button', { name: 'Chat now' }).click()
  await stands('Gravel', 'Accepted')
  await stands('Gravel', 'invited by Ada')
  await maria.introduce('Maria Souza', 'maria@customer.example')
  await maria.write('Yes, please')
  await row('Maria Souza').filter({ hasText: 'In queue' }).waitFor()
})

test('whoever is led to another page sees who asks and where to, and goes only if he agrees', async () => {
  await mark('City')
  await act('redirect').click()
  await send('', 'https://evil.example/')
  await desk.page.getByTestId('refusal').getByText('evil.example is not on the list of websites.').waitFor()
  await send('', `${origin}/Sale`)
  await outcome('One visitor was asked.')
  await pedro.frame.getByText('Ada would like to show you this page:').waitFor()
  await pedro.frame.getByText(`${new URL(origin).host}/Sale`).waitFor()
  expect(pedro.page.url()).toBe(`${origin}/City`)
  await pedro.frame.getByRole('button', { name: 'Open the page' }).click()
  await pedro.page.waitForURL(`${origin}/Sale`)
  await stands('Sale', 'Accepted')
})

test('a chat that an operator begins is his at once, and the visitor fills in no form', async () => {
  await row('Sale').click()
  await desk.page.getByTestId('approach-him-chat').click()
  await send('The sale ends tonight.')
  await pedro.frame.getByText('The sale ends tonight.').waitFor()
  await pedro.frame.getByRole('button', { name: 'Reply' }).click()
  await pedro.composer.waitFor()
  await expect.poll(() => pedro.texts()).toEqual(['The sale ends tonight.'])
  await pedro.write('Then I take it.')
  await row('Sale').filter({ hasText: 'In chat' }).waitFor()
  await desk.page
    .getByTestId('visitor-detail')
    .getByRole('link', { name: /Open chat/ })
    .click()
  await desk.page.getByText('Then I take it.').first().waitFor()
  await desk.page.getByRole('link', { name: 'Visitors' }).click()
})

test('on a phone what is asked stands below, reads well in the dark, and covers no more than it needs', async () => {
  const ana = await visitor('Tandem', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
  await row('Tandem').waitFor()
  await mark('Tandem')
  await act('promotion').click()
  await send('Ten per cent off every tandem, this week only.', `${origin}/Tandems`)
  await ana.frame.getByText('Ten per cent off every tandem').waitFor()
  // It takes its size as it opens.
  await expect.poll(async () => (await ana.page.locator('parley-chat div').boundingBox())?.width).toBe(350)
  await expect.poll(async () => (await ana.page.locator('parley-chat div').boundingBox())?.height).toBeLessThan(320)
  await scene.keep(ana.page, 'promotion 390 dark')
  expect(await faultsOf(ana.page, 'any rule')).toEqual([])
  await ana.page.evaluate(() => window.dispatchEvent(new Event('resize')))
  await ana.frame.getByRole('button', { name: 'Open the page' }).click()
  await ana.page.waitForURL(`${origin}/Tandems`)
  await stands('Tandems', 'offer of Ada')
  expect(await faultsOf(desk.page, 'any rule')).toEqual([])
  // Its own pages the site may ask for.
  expect(scene.watch.faults.filter((fault) => !fault.startsWith(`asked another host: ${origin}/`))).toEqual([])
})

test('a page that hides the chat shows nothing, and nothing counts as shown', async () => {
  const bia = await visitor('Kids')
  await bia.launcher.waitFor()
  await bia.page.evaluate(() => (window as unknown as { Parley(command: string): void }).Parley('hide'))
  await row('Kids').waitFor()
  await mark('Kids')
  await act('invitation').click()
  await send('Are you there?')
  await stands('Kids', 'Not seen yet')
  await bia.page.locator('parley-chat iframe').waitFor({ state: 'attached' })
  // Long enough for the page to be told and to tell.
  await bia.page.waitForTimeout(4_000)
  await stands('Kids', 'Not seen yet')
  await bia.page.evaluate(() => (window as unknown as { Parley(command: string): void }).Parley('show'))
  await bia.frame.getByText('Are you there?').waitFor()
  await stands('Kids', 'Shown')
})

test('an admin prepares what is said and whom the hub asks by itself; a plain sentence says what the rule does, and it counts', async () => {
  await desk.page.goto('/w/acme/settings/invitations')
  await desk.page.getByTestId('approach-text-create').click()
  await desk.page.getByTestId('approach-text-title').fill('Help with kids')
  await desk.page.getByTestId('approach-words-en').fill('Shall I help you find the right size?')
  await desk.page.getByTestId('approach-words-pt-BR').fill('Quer ajuda com o tamanho?')
  await desk.page.getByTestId('approach-text-save').click()
  await desk.page.getByTestId('approach-text-row').getByText('2 languages').waitFor()
  await desk.page.getByTestId('no-places').waitFor()
  await desk.page.getByTestId('rule-create').click()
  await desk.page.getByTestId('rule-page').fill('/Sizes*')
  await desk.page.getByTestId('rule-seconds').fill('1')
  const sentence =
    'Whoever looks at /Sizes*, stays 1 second on the page, and finds somebody online is shown “Help with kids”. Not again within 7 days.'
  await expect.poll(() => desk.page.getByTestId('rule-sentence').textContent()).toBe(sentence)
  await scene.keep(desk.page, 'rule 1440')
  await desk.page.getByTestId('rule-save').click()
  await desk.page.getByTestId('rule-row').getByText(sentence).waitFor()
  const lia = await visitor('Sizes', { locale: 'pt-BR' })
  await lia.frame.getByText('Shall I help you find the right size?').waitFor()
  await lia.frame.getByText('Acme', { exact: true }).first().waitFor()
  await lia.frame.getByRole('button', { name: 'Chat now' }).click()
  await lia.frame.getByLabel('Name').waitFor()
  await desk.page.getByRole('link', { name: 'Visitors' }).click()
  await stands('Sizes', 'invited by a rule')
  await stands('Sizes', 'Accepted')
  await desk.page.goto('/w/acme/settings/invitations')
  await desk.page.getByTestId('rule-row').getByText('1 shown, 1 accepted').waitFor()
  await scene.keep(desk.page, 'invitations 1440')
  expect(await faultsOf(desk.page, 'any rule')).toEqual([])
})

test('once the admin wishes so, operators choose from what is prepared, and lead visitors to the domains of the list', async () => {
  await desk.page.goto('/w/acme/settings/invitations')
  await desk.page.getByTestId('approach-free').click()
  await desk.page.getByTestId('approach-domains').fill('partner.example')
  const saved = desk.page.waitForResponse((answer) => answer.request().postData()?.includes('updateApproachSettings') ?? false)
  await desk.page.getByTestId('approach-limits-save').click()
  await saved
  await expect.poll(() => desk.page.getByTestId('approach-domains').inputValue()).toBe('partner.example')
  await desk.page.getByRole('link', { name: 'Visitors' }).click()
  const rui = await visitor('Helmets')
  await row('Helmets').waitFor()
  await mark('Helmets')
  await act('invitation').click()
  await desk.page.getByTestId('approach-preview').getByText('Shall I help you find the right size?').waitFor()
  expect(await desk.page.getByTestId('approach-text').count()).toBe(0)
  await scene.keep(desk.page, 'prepared 1440')
  await desk.page.getByTestId('approach-send').click()
  await outcome('One visitor was asked.')
  await rui.frame.getByText('Shall I help you find the right size?').waitFor()
})
