import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launcher, openStage, type Stage, start, write } from './stage.ts'

let stage: Stage
let aVisit: Stage['aVisit']
let hub: Stage['hub']

beforeAll(async () => {
  stage = await openStage()
  aVisit = stage.aVisit
  hub = stage.hub
}, 120_000)
afterEach(() => stage.clear())
afterAll(() => stage?.close())

const violations = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' ')}`)

describe('a visit', () => {
  it('asks first, names what is missing, then carries messages both ways, by keyboard alone', async () => {
    const visit = await aVisit()
    const { page, chat } = visit
    await launcher(page).focus()
    await page.keyboard.press('Enter')
    const name = chat.getByLabel('Name')
    await name.waitFor()
    await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.tagName === 'IFRAME')
    await name.press('Enter')
    await chat.getByText('Please fill this in.').first().waitFor()
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.type('Maria')
    await page.keyboard.press('Tab')
    await page.keyboard.type('maria@blocked.example')
    await page.keyboard.press('Enter')
    await chat.getByText('This address cannot be used. Use another one.').waitFor()
    await chat.getByLabel('E-mail').fill('maria@example.com')
    await page.keyboard.press('Enter')
    await chat.getByLabel('Message', { exact: true }).waitFor()
    await write(visit, 'Hello?')
    await chat.getByText('You are number 1 in the queue').waitFor()
    hub.chat({ state: 'serving', operatorName: 'Ana', place: null })
    hub.typing(true)
    await chat.getByText('Ana is typing…').waitFor()
    const answer = hub.say('Hello Maria!')
    await chat.getByText('Hello Maria!').first().waitFor()
    await expect.poll(() => hub.person().acknowledged).toContainEqual({ messageId: answer.id, read: true })
    await page.keyboard.press('Escape')
    await page.locator('iframe').waitFor({ state: 'hidden' })
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName)).toBe('BUTTON')
    hub.say('Are you there?')
    await page.locator('parley-chat button[aria-label="Chat with us, unread: 1"]').waitFor()
    expect(visit.complaints).toEqual([])
  })

  it('survives reload, double click and a second tab without losing or doubling a message', async () => {
    const visit = await aVisit()
    await start(visit)
    await visit.chat.getByLabel('Message', { exact: true }).fill('twice?')
    await visit.chat.getByRole('button', { name: 'Send' }).dblclick()
    await expect.poll(() => hub.ledger.length).toBe(1)
    hub.faults.lose = 1
    await write(visit, 'in the middle')
    await expect.poll(() => hub.faults.lose).toBe(0)
    await visit.page.reload()
    await visit.chat.getByText('in the middle').waitFor()
    hub.faults.down = true
    hub.cut()
    await write(visit, 'while away')
    await visit.chat.getByText('Sending').waitFor()
    await visit.chat.getByText('No connection.').waitFor()
    const second = await aVisit({ context: visit.page.context(), address: visit.page.url() })
    hub.faults.down = false
    await second.page.reload()
    await launcher(second.page).click()
    await second.chat.getByText('while away').waitFor()
    await expect.poll(() => hub.ledger.map((entry) => entry.text)).toEqual(['twice?', 'in the middle', 'while away'])
    hub.say('to both')
    await visit.chat.getByText('to both').first().waitFor()
    await second.chat.getByText('to both').first().waitFor()
    expect([hub.people.size, await second.chat.locator('.bubble.mine').count()]).toEqual([1, 3])
  })

  it('stands open again after a reload, and leaves the focus to the page', async () => {
    const visit = await aVisit()
    await start(visit)
    expect(await visit.chat.getByLabel('Message', { exact: true }).evaluate((box) => box === document.activeElement)).toBe(true)
    await visit.page.reload()
    await visit.chat.getByLabel('Message', { exact: true }).waitFor()
    expect(await visit.page.evaluate(() => document.activeElement?.tagName)).toBe('BODY')
  })

  it('goes on where the browser forbids storage', async () => {
    const visit = await aVisit({
      before: `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })`,
    })
    await start(visit)
    await write(visit, 'without a memory')
    await visit.chat.getByText('Sent', { exact: true }).waitFor()
    expect(visit.complaints).toEqual([])
  })

  it('shows hostile text, names and file names as text', async () => {
    const visit = await aVisit()
    await start(visit)
    const hostile = [
      '<img src=x onerror="alert(1)">',
      '<script>alert(1)</script>',
      '[a](javascript:alert(1))',
      'javascript:alert(1)',
      '{{constructor.constructor("alert(1)")()}}',
      '\u202Egpj.exe <svg/onload=alert(1)>',
    ]
    await write(visit, 'Hello?')
    await expect.poll(() => hub.ledger.length).toBe(1)
    for (const text of hostile) hub.say(text, { authorName: text, files: [hub.keep(Buffer.from('x'), `${text}.png`, 'text/plain')] })
    hub.chat({ state: 'serving', operatorName: hostile[0] as string })
    await visit.chat.getByText(`${hostile[0]} is with you`).waitFor()
    hub.say('the end')
    await visit.chat.getByText('the end').first().waitFor()
    expect(await visit.chat.locator('.bubble.theirs').allTextContents()).toEqual([hub.site.greeting, ...hostile, 'the end'])
    expect(await visit.chat.locator('script:not([src]), .bubble img, .bubble a, iframe').count()).toBe(0)
    expect(visit.complaints).toEqual([])
  })

  it('takes files by picking, pasting and dropping, says in words what it does not take, and shows what comes back', async () => {
    const visit = await aVisit()
    await start(visit)
    const png = await visit.page.screenshot({ clip: { x: 0, y: 0, width: 60, height: 40 } })
    await visit.chat.locator('input[type=file]').setInputFiles([
      { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('note') },
      { name: 'huge.zip', mimeType: 'application/zip', buffer: Buffer.alloc(3_000_000) },
      { name: 'game.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ])
    await visit.chat.getByText('“huge.zip” is larger than 2 MB. Choose a smaller file.').waitFor()
    await visit.chat.getByText('“game.exe” was not accepted. Programs are not accepted.').waitFor()
    for (const [kind, selector] of [
      ['paste', 'textarea'],
      ['drop', '.chat'],
    ] as const) {
      await visit.chat.locator(selector).evaluate(
        (element, { kind, bytes }) => {
          const transfer = new DataTransfer()
          transfer.items.add(new File([new Uint8Array(bytes)], `${kind}.png`, { type: 'image/png' }))
          element.dispatchEvent(
            kind === 'paste'
              ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
              : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
          )
        },
        { kind, bytes: [...png] },
      )
    }
    await expect.poll(() => visit.chat.locator('.staged li').count()).toBe(3)
    await visit.chat.getByRole('button', { name: 'Remove drop.png' }).click()
    await visit.chat.getByRole('button', { name: 'Send' }).click()
    await visit.chat.getByRole('link', { name: /note.txt/ }).waitFor()
    await visit.chat.getByAltText('Picture paste.png').waitFor()
    expect(hub.person().messages[0]?.files.map((file) => file.name)).toEqual(['note.txt', 'paste.png'])
  })

  it('loads older messages on the way up and keeps the place', async () => {
    const visit = await aVisit()
    await start(visit)
    await write(visit, 'n0')
    await expect.poll(() => hub.ledger.length).toBe(1)
    for (let n = 1; n < 60; n++) hub.say(`n${n}`)
    await visit.page.reload()
    const list = visit.chat.locator('.list')
    await visit.chat.getByText('n59', { exact: true }).waitFor()
    expect(await list.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)).toBeLessThan(2)
    await list.evaluate((box) => box.scrollTo(0, 150))
    await visit.chat.getByText('n20', { exact: true }).waitFor({ state: 'attached' })
    expect(await list.evaluate((box) => box.scrollTop)).toBeGreaterThan(600)
  })
})

describe('what everybody can use', () => {
  it.each([
    ['light', '#2563eb'],
    ['dark', '#f5c518'],
  ])('has no fault that axe finds, in %s with %s', async (scheme, accent) => {
    hub.site.accent = accent
    const visit = await aVisit({ dark: scheme === 'dark' })
    await launcher(visit.page).click()
    await visit.chat.getByRole('button', { name: 'Start chat' }).click()
    await visit.chat.getByText('Please fill this in.').first().waitFor()
    expect(await violations(visit.page)).toEqual([])
    await start(visit)
    await write(visit, 'refuse me')
    await visit.chat.getByText('Not sent').waitFor()
    await write(visit, 'Hello, see https://shop.example')
    await expect.poll(() => hub.ledger.length).toBe(1)
    hub.say('Here it is', { files: [hub.keep(Buffer.from('x'), 'list.pdf', 'application/pdf')] })
    hub.typing(true)
    await visit.chat.getByText('is typing').waitFor()
    expect(await violations(visit.page)).toEqual([])
  })
})
