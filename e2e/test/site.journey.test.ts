import { createHmac, randomUUID } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDesk } from '../src/desk.ts'
import { ask, password, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { type Shop, shopOn } from '../src/shop.ts'
import { openSite, type Site } from '../src/site.ts'

let scene: Scene
let site: Site
let stranger: Site | undefined
let ada: BrowserContext
let desk: Page
let channel: { id: string; publicKey: string }

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  ;[channel] = (await ask<{ channels: [typeof channel] }>(ada, scene, '{ channels { id publicKey } }')).channels
  site = await openSite(scene, channel.publicKey)
  for (const [label, type, options] of [
    ['Plan', 'choice', ['Basic', 'Gold']],
    ['Likes', 'choices', ['Tea', 'Coffee']],
    ['Seats', 'number', []],
    ['Member', 'yes_no', []],
    ['Since', 'date', []],
  ] as const)
    await ask(ada, scene, `mutation($o: [String!]) { createCustomerField(label: "${label}", type: ${type}, options: $o) { __typename } }`, {
      o: options,
    })
  desk = (await openDesk(ada)).page
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  site?.close()
  stranger?.close()
})

/** Saves what visitors are asked; the hub has it then. */
async function saveAsks(): Promise<void> {
  const saved = desk.waitForResponse((answer) => answer.request().postData()?.includes('updateChannel') ?? false)
  await desk.getByTestId('asks-save').click()
  await saved
  await expect.poll(() => desk.getByTestId('asks-save').isDisabled()).toBe(true)
}
async function visit(calls = '', attributes = '', options = {}): Promise<Shop> {
  site.serve(calls, attributes)
  const page = await (await scene.visit(options)).newPage()
  await page.goto(site.origin)
  return shopOn(page)
}
/** The profile of who wrote this, as the desk knows it. */
async function profileOf(text: string) {
  type Found = { node: { lastMessage: { text: string } | null; customer: Profile } }
  type Profile = { name: string | null; email: string | null; phone: string | null; values: { field: { key: string }; values: string[] }[] }
  const { chats } = await ask<{ chats: { edges: Found[] } }>(
    ada,
    scene,
    '{ chats(section: new, first: 50) { edges { node { lastMessage { text } customer { name email phone values { field { key } values } } } } } }',
  )
  const found = chats.edges.find(({ node }) => node.lastMessage?.text === text)?.node.customer
  return found && { ...found, values: Object.fromEntries(found.values.map((each) => [each.field.key, each.values.join(', ')])) }
}

/** Ada takes the chat in which this was said last, and answers; its id, and for how many seconds it waited. */
async function serve(text: string): Promise<{ id: string; waited: number }> {
  type Found = { chats: { edges: { node: { id: string; lastMessage: { text: string } | null } }[] } }
  let id = ''
  const look = async () => {
    const { chats } = await ask<Found>(ada, scene, '{ chats(section: new, first: 50) { edges { node { id lastMessage { text } } } } }')
    id = chats.edges.find(({ node }) => node.lastMessage?.text === text)?.node.id ?? ''
    return id
  }
  await expect.poll(look).not.toBe('')
  const { takeChat } = await ask<{ takeChat: { openedAt: string } }>(
    ada,
    scene,
    'mutation($c: ID!) { takeChat(chatId: $c) { ... on Chat { openedAt } } }',
    { c: id },
  )
  const { sendMessage } = await ask<{ sendMessage: { at: string } }>(
    ada,
    scene,
    'mutation($i: SendMessageInput!) { sendMessage(input: $i) { ... on Message { at } } }',
    { i: { chatId: id, clientId: crypto.randomUUID(), text: 'Good day' } },
  )
  return { id, waited: (Date.parse(sendMessage.at) - Date.parse(takeChat.openedAt)) / 1_000 }
}

test('an admin chooses what visitors are asked and what the website may tell', async () => {
  await desk.goto(`/w/acme/settings/channels/${channel.id}`)
  const rule = async (key: string, asked: string, told = false) => {
    const row = desk.getByTestId(`asks-${key}`)
    await row.getByRole('combobox').click()
    await desk.getByRole('option', { name: asked }).click()
    await desk.getByRole('listbox').waitFor({ state: 'detached' })
    if (told) await row.getByRole('checkbox').click()
  }
  await rule('email', 'Not asked')
  await rule('phone', 'Must be filled in')
  await rule('plan', 'Must be filled in')
  await rule('likes', 'May be left empty')
  await rule('member', 'May be left empty')
  await rule('seats', 'Not asked', true)
  await rule('since', 'Not asked', true)
  await saveAsks()
  await scene.keep(desk, 'what visitors are asked')
})

test('a visitor is asked just that, on a phone too, and it lands in his profile by its types', async () => {
  const shop = await visit(`Parley('set', { seats: 12, since: new Date('2024-02-29T10:00:00Z'), nonsense: true })`, '', {
    viewport: { width: 390, height: 844 },
  })
  await shop.open()
  const { frame } = shop
  await frame.getByLabel('Name').fill('Nina Neumann')
  expect(await frame.getByLabel('E-mail').count()).toBe(0)
  await frame.getByRole('button', { name: 'Start chat' }).click()
  await expect.poll(() => frame.getByText('Please fill this in.').count()).toBe(2)
  await scene.keep(shop.page, 'what a visitor is asked')
  await frame.getByLabel('Phone').fill('no number')
  await frame.getByLabel('Plan').selectOption('Gold')
  await frame.getByRole('button', { name: 'Start chat' }).click()
  await frame.getByText('This is no phone number.').waitFor()
  await frame.getByLabel('Phone').fill('+55 11 91234-5678')
  await frame.getByLabel('Tea').check()
  await frame.getByLabel('Coffee').check()
  await frame.getByLabel('Member').selectOption('yes')
  await frame.getByRole('button', { name: 'Start chat' }).click()
  await shop.composer.waitFor()
  await shop.write('Asked and answered')
  await expect
    .poll(() => profileOf('Asked and answered'))
    .toMatchObject({
      name: 'Nina Neumann',
      email: null,
      phone: '+55 11 91234-5678',
      values: { plan: 'Gold', likes: 'Tea, Coffee', member: 'yes', seats: '12', since: '2024-02-29' },
    })
  await expect.poll(() => scene.watch.faults.some((each) => each.includes('Parley: set “nonsense”'))).toBe(true)
})

test('where nothing is asked he writes at once, files too, and becomes known by it', async () => {
  await desk.goto(`/w/acme/settings/channels/${channel.id}`)
  await desk.getByTestId('asks-first').click()
  await saveAsks()
  const shop = await visit()
  await shop.open()
  await shop.composer.waitFor()
  await shop.frame
    .getByLabel('Attach files')
    .first()
    .setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('a plan') })
  await shop.frame.getByText('plan.txt').waitFor()
  await shop.write('Straight on')
  await expect.poll(shop.texts).toEqual(['Straight on'])
  await expect.poll(() => profileOf('Straight on')).toMatchObject({ name: null, email: null, phone: null })
  await shop.page.reload()
  await expect.poll(shop.texts).toEqual(['Straight on'])
})

test('where consent comes first, nothing but the script is asked for before the visitor agrees, nor is he remembered', async () => {
  site.serve(`Parley('set', { seats: 1 }); Parley('open'); Parley('close')`, 'data-consent="Chat with us (this contacts our chat server)"')
  const page = await (await scene.visit()).newPage()
  const ledger: string[] = []
  page.on('request', (request) => ledger.push(new URL(request.url()).pathname))
  page.on('websocket', (socket) => ledger.push(new URL(socket.url()).pathname))
  await page.goto(site.origin)
  const { launcher, frame, composer } = shopOn(page)
  await launcher.hover()
  await launcher.focus()
  await page.mouse.wheel(0, 200)
  await page.mouse.move(5, 5)
  await page.mouse.down()
  await page.mouse.up()
  await page.evaluate("Parley('logout'); Parley('identify', 'x'); Parley('toggle'); Parley('toggle'); history.pushState(null, '', '/next')")
  // Longer than a page waits to load the chat by itself, and to say where its visitor is.
  await page.waitForTimeout(2_500)
  expect(ledger.filter((path) => path !== '/' && path !== '/favicon.ico')).toEqual(['/widget.js'])
  expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, ''])
  await scene.keep(page, 'consent is asked first')
  await launcher.click()
  await frame.locator('main').waitFor()
  await composer.waitFor()
  await expect.poll(() => ledger).toContain('/widget/status')
  // He need not say so again.
  ledger.length = 0
  await page.reload()
  await expect.poll(() => ledger.includes('/widget/status')).toBe(true)
})

test('the page may ask for consent itself, and shows no button before', async () => {
  const shop = await visit('', 'data-consent')
  await shop.page.waitForTimeout(500)
  expect(await shop.page.locator('parley-chat').count()).toBe(0)
  await shop.page.evaluate("Parley('consent')")
  await shop.open()
  await shop.composer.waitFor()
})

test('who waits sees his place move, and how long it usually takes', async () => {
  const shops = [await visit(), await visit()]
  for (const [at, shop] of shops.entries()) {
    await shop.open()
    await shop.write(`Waiting ${at}`)
    await expect.poll(shop.texts).toEqual([`Waiting ${at}`])
    await expect.poll(shop.delivery).toMatch(/^(Sent|Delivered)/)
  }
  const [first, second] = shops as [Shop, Shop]
  // Two from before wait as well.
  await second.frame.getByText('You are number 4 in the queue').waitFor()
  const served = [await serve('Asked and answered'), await serve('Straight on'), await serve('Waiting 0')]
  const [, half = 0] = served.map(({ waited }) => waited).toSorted((one, other) => one - other)
  const minutes = Math.ceil(Math.round(half) / 60)
  await second.frame
    .getByText(`You are number 1 in the queue. Usual wait: ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`, { exact: true })
    .waitFor()
  await first.frame.getByText('Ada is with you').waitFor()
  await scene.keep(second.page, 'waiting in the queue')
})

test('what a visitor types is seen on the desk before he sends it, and he is told so', async () => {
  const { channels } = await ask<{ channels: [{ options: object }] }>(ada, scene, '{ channels { options } }')
  await ask(ada, scene, 'mutation($c: ID!, $o: JSON) { updateChannel(channelId: $c, options: $o) { __typename } }', {
    c: channel.id,
    o: { ...channels[0].options, previewsTyping: true },
  })
  const shop = await visit()
  await shop.open()
  await shop.write('Before typing')
  await shop.frame.getByText('We can see what you type before you send it.').waitFor()
  const { id } = await serve('Before typing')
  await desk.goto(`/w/acme/inbox/${id}`)
  await desk.getByText('Before typing').first().waitFor()
  await shop.composer.pressSequentially('My card number is', { delay: 20 })
  await desk.getByTestId('typed-text').getByText('My card number is').waitFor()
  await scene.keep(desk, 'what is being typed')
  await scene.keep(shop.page, 'told that it is seen')
  await shop.composer.press('Enter')
  await desk.getByTestId('typed-text').waitFor({ state: 'detached' })
})

test('an admin copies the tag, makes the secret by which the website signs, and renews it', async () => {
  await desk.goto(`/w/acme/settings/channels/${channel.id}`)
  const embed = desk.getByTestId('embed')
  await embed.getByText(`data-channel="${channel.publicKey}"></script>`).waitFor()
  await embed.getByTestId('embed-consent').click()
  await embed.getByText('data-consent="Chat with us"').waitFor()
  await embed.getByTestId('identity-renew').click()
  const shown = embed.getByTestId('identity-secret').locator('pre')
  const secretNow = async () => ((await shown.textContent()) ?? '').trim()
  const first = await secretNow()
  expect(first).toMatch(/^[\w-]{43}$/)
  await embed.getByTestId('identity-renew').click()
  await embed.getByText('will be refused at once').waitFor()
  await embed.getByTestId('identity-renew-sure').click()
  await expect.poll(secretNow).not.toBe(first)
  const second = await secretNow()
  await embed.scrollIntoViewIfNeeded()
  await scene.keep(desk, 'for those who build the website')
  // The example for Node, run as it stands there.
  const sign = (secret: string) => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'piet', name: 'Piet', jti: randomUUID(), exp: Math.floor(Date.now() / 1_000) + 300 })}`
    return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
  }
  const old = await visit(`Parley('identify', '${sign(first)}')`)
  await old.open()
  await expect.poll(() => scene.watch.faults.some((each) => each.includes('did not accept the token of identify'))).toBe(true)
  await old.page.close()
  const shop = await visit(`Parley('identify', '${sign(second)}')`)
  await shop.open()
  await shop.write('Signed')
  await expect.poll(() => profileOf('Signed')).toMatchObject({ name: 'Piet' })
})

test('the chat stands on the sign-in page once an admin wishes it, and stays behind when somebody signs in', async () => {
  const guest = await (await scene.visit()).newPage()
  await guest.goto('/w/acme/sign-in')
  await guest.getByRole('button', { name: 'Sign in' }).waitFor()
  const { channels } = await ask<{ channels: [{ options: object }] }>(ada, scene, '{ channels { options } }')
  await ask(ada, scene, 'mutation($c: ID!, $o: JSON) { updateChannel(channelId: $c, options: $o) { __typename } }', {
    c: channel.id,
    o: { ...channels[0].options, onSignIn: true },
  })
  await guest.goto('/w/acme/sign-in')
  const chat = shopOn(guest)
  await chat.open()
  await chat.frame.locator('main').waitFor()
  await scene.keep(guest, 'chat on the sign-in page')
  await guest.getByLabel('E-mail', { exact: true }).first().fill('ada@acme.example')
  await guest.getByLabel('Password', { exact: true }).first().fill(password)
  await guest.getByRole('button', { name: 'Sign in' }).click()
  await guest.getByTestId('section-new').waitFor()
  await expect.poll(() => guest.locator('parley-chat').count()).toBe(0)
  await guest.close()
})

test('a website that is not on the list gets no button, nor can it frame the chat', async () => {
  const { channels } = await ask<{ channels: [{ options: object }] }>(ada, scene, '{ channels { options } }')
  await ask(ada, scene, 'mutation($c: ID!, $o: JSON) { updateChannel(channelId: $c, options: $o) { __typename } }', {
    c: channel.id,
    o: { ...channels[0].options, allowedOrigins: [site.origin] },
  })
  stranger = await openSite(scene, channel.publicKey)
  const { origin } = stranger
  const status = `${scene.address}/widget/status?channel=${channel.publicKey}`
  await expect.poll(async () => (await fetch(status, { method: 'POST', headers: { origin }, body: '[]' })).status).toBe(404)
  const page = await (await scene.visit()).newPage()
  const answer = page.waitForResponse(/widget\/status/)
  await page.goto(origin)
  expect((await answer).status()).toBe(404)
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
  await page.evaluate((src) => {
    const frame = document.createElement('iframe')
    frame.src = src
    document.body.append(frame)
  }, `${scene.address}/widget/frame?channel=${channel.publicKey}`)
  await refused
  expect(await page.frameLocator('iframe').locator('main').count()).toBe(0)
  expect(await page.locator('parley-chat').count()).toBe(0)
  const shop = await visit()
  await shop.open()
  await shop.frame.locator('main').waitFor()
})

test('no page asked another host, broke a policy or had another error', () => {
  const expected = [
    stranger?.origin ?? 'nobody',
    'frame-ancestors',
    site.origin,
    'Parley: set “nonsense”',
    'did not accept the token of identify',
  ]
  expect(scene.watch.faults.filter((each) => !expected.some((one) => each.includes(one)))).toEqual([])
})
