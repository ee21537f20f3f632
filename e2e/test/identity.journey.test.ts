import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDesk } from '../src/desk.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { type Shop, shopOn } from '../src/shop.ts'

let scene: Scene
let site: Server
let origin: string
let shop: Shop
let ada: BrowserContext
/** What the website's server says in its page before the chat's script is there. */
let said = ''

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const { channels } = await ask<{ channels: { id: string; publicKey: string }[] }>(ada, scene, '{ channels { id publicKey } }')
  const [channel] = channels
  const { renewIdentitySecret } = await ask<{ renewIdentitySecret: { secret: string } }>(
    ada,
    scene,
    'mutation($id: ID!) { renewIdentitySecret(channelId: $id) { ... on IdentitySecret { secret } ... on Refusal { code } } }',
    { id: channel?.id },
  )
  sign = signer(renewIdentitySecret.secret)
  // Somebody is there to answer, or visitors would be asked to leave a request.
  await openDesk(ada)
  // A site of another origin that allows as little as it can.
  site = createServer((_, response) => {
    response.writeHead(200, {
      'content-type': 'text/html',
      'content-security-policy': `default-src 'none'; script-src 'sha256-${stubHash()}' ${scene.address}; connect-src ${scene.address}; frame-src ${scene.address}`,
    })
    response.end(
      `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1><script>${stub()}</script><script async src="${scene.address}/widget.js" data-channel="${channel?.publicKey}"></script>`,
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => site.once('listening', resolve))
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  site?.close()
})

let sign: (id: string, name: string) => string
const signer = (secret: string) => (id: string, name: string) => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { sub: id, name, email: `${id}@shop.example`, jti: randomUUID(), exp: Math.floor(Date.now() / 1_000) + 300 }
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}
const stub = () => `window.Parley=window.Parley||function(){(Parley.q=Parley.q||[]).push(arguments)};${said}`
const stubHash = () => createHash('sha256').update(stub()).digest('base64')

async function come(context: BrowserContext, calls: string): Promise<Shop> {
  said = calls
  const page: Page = await context.newPage()
  await page.goto(origin)
  return shopOn(page)
}
async function visit(context: BrowserContext, calls: string): Promise<Shop> {
  const shop = await come(context, calls)
  await shop.open()
  return shop
}

test('whoever is signed in on the website is asked nothing, and writes at once', async () => {
  shop = await visit(await scene.visit(), `Parley('identify', '${sign('nina', 'Nina Signed')}')`)
  await shop.composer.waitFor()
  await shop.write('From the laptop')
  await expect.poll(shop.texts).toEqual(['From the laptop'])
})

test('on another device he finds the same chat', async () => {
  const phone = await visit(await scene.visit(), `Parley('identify', '${sign('nina', 'Nina Signed')}')`)
  await expect.poll(phone.texts).toEqual(['From the laptop'])
  await phone.write('From the phone')
  await expect.poll(shop.texts).toEqual(['From the laptop', 'From the phone'])
  await phone.page.close()
})

test('what he wrote as a stranger before he signed in there goes on in the same chat, on every device and on the desk', async () => {
  const office = await visit(await scene.visit(), '')
  await office.introduce('Somebody', 'somebody@typed.example')
  await office.write('Before I signed in')
  const desk = await openDesk(ada)
  await desk.tab('new')
  await desk.open('Somebody')
  await expect.poll(desk.texts).toEqual(['Before I signed in'])
  await office.page.evaluate(`Parley('identify', '${sign('nina', 'Nina Signed')}')`)
  const all = ['From the laptop', 'From the phone', 'Before I signed in']
  await expect.poll(office.texts).toEqual(all)
  await expect.poll(shop.texts).toEqual(all)
  await desk.page.getByText('signed in on the website and goes on in #1').waitFor()
  await expect.poll(desk.texts).toEqual([])
  await scene.keep(desk.page, 'who signed in goes on in his own chat')
  await desk.open('Nina Signed')
  await expect.poll(desk.texts).toEqual(all)
  await desk.take()
  await desk.write('Welcome back, Nina')
  await expect.poll(office.texts).toEqual([...all, 'Welcome back, Nina'])
  await expect.poll(desk.delivery).toMatch(/Read/)
  await office.page.close()
  await desk.page.close()
})

test('where it was somebody else who had written there, an operator takes the two apart, and each has his own again', async () => {
  const home = await visit(await scene.visit(), `Parley('identify', '${sign('otto', 'Otto Signed')}')`)
  await home.composer.waitFor()
  const library = await visit(await scene.visit(), '')
  await library.introduce('Guest', 'guest@typed.example')
  await library.write('Please cancel my subscription')
  await expect.poll(library.texts).toEqual(['Please cancel my subscription'])
  await expect.poll(library.delivery).toMatch(/^(Sent|Delivered)/)
  await library.page.evaluate(`Parley('identify', '${sign('otto', 'Otto Signed')}')`)
  const desk = await openDesk(ada)
  await desk.tab('new')
  await desk.open('Otto Signed')
  await desk.take()
  await library.write('Where is my bell?')
  await expect.poll(desk.texts).toEqual(['Please cancel my subscription', 'Where is my bell?'])
  const merged = desk.page.getByTestId('kin')
  await merged.getByText('after writing as a stranger').waitFor()
  await scene.keep(desk.page, 'a sign-in that can be undone')
  await merged.getByRole('button', { name: 'Undo' }).click()
  for (const browser of [library, home]) await expect.poll(browser.texts).toEqual(['Where is my bell?'])
  await expect.poll(desk.texts).toEqual(['Please cancel my subscription'])
  await desk.page.getByText('Ada separated what the visitor wrote before signing in').waitFor()
  await desk.tab('mine')
  await desk.open('Otto Signed')
  await expect.poll(desk.texts).toEqual(['Where is my bell?'])
  await home.page.close()
  await library.page.close()
  await desk.page.close()
})

test('once he has signed out on the website, the next one here sees nothing of it and says nothing that he did not send', async () => {
  const sending = (route: Route) => (route.request().postData()?.includes('sendMessage') ? route.abort() : route.fallback())
  await shop.page.context().route('**/widget/graphql', sending)
  await shop.write('What Nina could not send')
  await expect.poll(shop.texts).toContain('What Nina could not send')
  await shop.composer.fill('What Nina began')
  await shop.page.evaluate("Parley('logout')")
  await shop.frame.getByRole('button', { name: 'Start chat' }).waitFor()
  await shop.page.context().unroute('**/widget/graphql', sending)
  expect(await shop.texts()).toEqual([])
  await shop.page.evaluate(`Parley('identify', '${sign('piet', 'Piet Signed')}')`)
  await shop.composer.waitFor()
  expect(await shop.composer.inputValue()).toBe('')
  expect(await shop.texts()).toEqual([])
  await shop.write('I am Piet')
  await expect.poll(shop.texts).toEqual(['I am Piet'])
})

test('an answer that came while he was away is on the button of a new device, before he touches the page', async () => {
  const desk = await openDesk(ada)
  await desk.tab('mine')
  await desk.open('Nina Signed')
  await desk.write('Your bike is ready')
  await expect.poll(desk.arrived).toContain('Your bike is ready')
  const tablet = await come(await scene.visit(), `Parley('identify', '${sign('nina', 'Nina Signed')}')`)
  await tablet.page.getByRole('button', { name: 'unread: 1' }).waitFor()
  await scene.keep(tablet.page, 'an answer waits on a new device')
  await tablet.open()
  await expect.poll(tablet.texts).toContain('Your bike is ready')
  await tablet.page.close()
  await desk.page.close()
})

test('a token that nobody signed leaves him a stranger, and tells whoever built the website', async () => {
  const stranger = await visit(await scene.visit(), `Parley('identify', '${sign('nina', 'Nina')}x')`)
  await stranger.frame.getByRole('button', { name: 'Start chat' }).waitFor()
  await expect.poll(() => scene.watch.faults.some((each) => each.includes('did not accept the token of identify'))).toBe(true)
})

test('the website hides the chat and shows it again', async () => {
  await shop.page.evaluate("Parley('hide')")
  await shop.launcher.waitFor({ state: 'hidden' })
  await shop.page.evaluate("Parley('show')")
  await shop.launcher.waitFor()
})

test('no page but the website itself asked another host, broke a policy or had another error', () => {
  const faults = scene.watch.faults.filter((each) => !each.includes(origin) && !each.includes('did not accept the token of identify'))
  expect(faults).toEqual([])
})
