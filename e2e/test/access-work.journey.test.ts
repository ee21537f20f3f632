import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDesk } from '../src/desk.ts'
import { looks, onLook } from '../src/looks.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>
let invitation: string

/** A company that has been at work: customers who may be one, a tag, a template, fields, a request, a block, somebody called. */
beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { groups } = await ask<any>(ada, scene, '{ groups { id } }')
  const sam = await addColleague(scene, ada, 'Sam', { groupIds: groups.map(({ id }: any) => id) })
  await (await startVisitor(scene, 'Maria Souza')).say('Is the blue one in stock?')
  await (await startVisitor(scene, 'M. Souza')).say('And in green?')
  const desk = await openDesk(ada)
  await desk.tab('new')
  await desk.open('Maria Souza')
  await desk.take()
  await desk.page.getByTestId('holder').getByText('Ada (you)').waitFor()
  await desk.write('Yes, it is.')
  // What is still on its way waits in the browser, and would be in each of theirs.
  await desk.page.locator('[data-testid=message]:not([data-pending])').filter({ hasText: 'Yes, it is.' }).waitFor()
  await ask(
    ada,
    scene,
    `mutation {
      a: createTag(name: "Wholesale", colour: amber) { __typename }
      b: createCustomerField(label: "Plan", type: choice, options: ["Gold", "Silver"]) { __typename }
      c: createFormField(label: "Reason", type: choice, options: ["Sale", "Support"], required: true) { __typename }
      d: createTemplate(input: { title: "Opening hours", body: "Hello {{customer.first_name|friend}}, from nine to six.", scope: all }) { __typename }
      e: blockAddress(address: "203.0.113.0/24", reason: "Spam") { __typename }
    }`,
  )
  const { chats, operators } = await ask<any>(
    ada,
    scene,
    '{ chats(section: mine, first: 1) { edges { node { id } } } operators { id name } }',
  )
  const chatId = chats.edges[0].node.id
  const adaId = operators.find(({ name }: any) => name === 'Ada').id
  await ask(sam, scene, 'mutation($input: AddCommentInput!) { addComment(input: $input) { __typename } }', {
    input: { chatId, clientId: 'c1', text: '@Ada please', mentionIds: [adaId] },
  })
  const { inviteOperator } = await ask<any>(
    ada,
    scene,
    'mutation { inviteOperator(input: { name: "Zoe", email: "zoe@acme.example", role: operator, groupIds: [] }) { ... on OperatorInvitation { url } } }',
  )
  invitation = new URL(inviteOperator.url).search
  signedIn = await ada.storageState()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

describe.each(looks)('at $width pixels, in $colorScheme colours', (look) => {
  const see = (page: Page, name: string, shown: { waitFor(): Promise<void> }) => onLook(scene, page, look, name, shown)
  const visit = (more = {}) =>
    scene
      .visit({ viewport: { width: look.width, height: look.height }, colorScheme: look.colorScheme, ...more })
      .then((context) => context.newPage())

  test('the pages beside the desk can be used by everybody', async () => {
    const page = await visit({ storageState: signedIn })
    for (const [path, shown] of [
      ['customers', page.getByTestId('customer-row').first()],
      ['requests', page.locator('main h1').first()],
      ['reports', page.getByTestId('report-total').first()],
      ['undelivered', page.locator('main h1').first()],
      ['settings/fields', page.getByTestId('customer-field-row').first()],
      ['settings/closing', page.getByTestId('field-row').first()],
      ['settings/tags', page.getByTestId('tag-row').first()],
      ['settings/templates', page.getByTestId('template-row').first()],
      ['settings/blocks', page.locator('main h2').first()],
      ['settings/account', page.getByTestId('session').first()],
    ] as const) {
      await page.goto(`/w/acme/${path}`)
      await see(page, path.replace('/', '-'), shown)
    }
    await page.goto('/w/acme/customers')
    await page.getByTestId('customer-row').filter({ hasText: 'Maria' }).click()
    await see(page, 'customer', page.getByTestId('customer'))
    await page.getByRole('button', { name: 'Compare and merge' }).click()
    await see(page, 'customer-merge', page.getByTestId('merge-form'))
    await page.goto('/workspaces')
    await see(page, 'workspaces', page.locator('h1').first())
    await page.context().close()
    const stranger = await visit()
    await stranger.goto(`/invite${invitation}`)
    await see(stranger, 'invite', stranger.getByLabel('Password', { exact: true }))
    await stranger.context().close()
  })

  test('and so can what opens over the chat', async () => {
    const page = await visit({ storageState: signedIn })
    await page.goto('/w/acme/inbox')
    await page.getByTestId('section-mine').click()
    await page.getByTestId('chat-row').filter({ hasText: 'Maria' }).click()
    await page.getByTestId('composer').waitFor()
    const dialog = page.getByRole('dialog')
    const leave = async () => {
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    }
    for (const name of ['Close with', 'Put off', 'Add a colleague', 'request', 'Block']) {
      await page.getByRole('button', { name: 'More actions' }).filter({ visible: true }).click()
      await page.getByRole('menuitem', { name }).first().click()
      await see(page, `dialog-${name}`, dialog)
      await leave()
    }
    await page.getByTestId('mode-comment').click()
    await page.getByTestId('comment-field').pressSequentially('@S')
    await see(page, 'comment', page.getByTestId('mentions'))
    await page.keyboard.press('Escape')
    await page.getByTestId('comment-field').fill('')
    await page.getByTestId('mode-reply').click()
    await page.getByTestId('composer').pressSequentially('/open')
    await see(page, 'slash', page.getByTestId('template-match').first())
    await page.getByTestId('composer').fill('')
    await page.getByTestId('templates').click()
    await see(page, 'templates', page.getByTestId('template-window'))
    await page.getByTestId('template-new').click()
    await see(page, 'template-new', page.getByTestId('template-form'))
    await page.goto('/w/acme/inbox')
    await page.getByTestId('alerts').filter({ visible: true }).click()
    await see(page, 'alerts', page.getByTestId('alert').first())
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+F')
    await page.getByTestId('filter-add').click()
    await see(page, 'filter-fields', page.getByRole('menuitem').first())
    await page.getByRole('menuitem', { name: 'Opened' }).click()
    await see(page, 'filter-condition', page.getByTestId('condition-editor'))
    await page.context().close()
  })
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
