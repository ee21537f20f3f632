import type { Frame } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startHost } from './host.ts'
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

/** What nobody but the chat's frame may say to the page. */
const asFrame = [
  ...['ready', 'open', 'close', 'toggle', 'hide', 'constructor', '__proto__'].map((type) => ({ parley1: { type } })),
  ...[0, 1, 99, '99', -1, null].flatMap((value) => ['unread', 'low'].map((type) => ({ parley1: { type, value } }))),
  ...['https://evil.example/', 'http://evil.example/', 'javascript:document.title=1', 'data:text/html,x', '//evil.example'].map(
    (value) => ({
      parley1: { type: 'go', value },
    }),
  ),
  ...[true, false].flatMap((value) => ['online', 'known'].map((type) => ({ parley1: { type, value } }))),
  ...[null, 'close', 7, [], {}, { type: 'close' }, { parley1: 'close' }, { parley1: null }, { parley1: [] }, { parley: { type: 'close' } }],
]
/** What nobody but the page may say to the chat. */
const asPage = ['hello', 'open', 'shut', 'page', 'ask'].flatMap((type) =>
  [{}, { identity: '' }, { identity: 'a.b.c' }, { fields: '{"name":"Mallory"}' }].map((more) => ({
    parley1: { type, open: false, page: { url: 'https://evil.example/', title: 'Evil', browser: 'a-browser-of-mallory' }, ...more },
  })),
)

describe('on a page with strangers in it', () => {
  it('nothing is heard of what anybody but the two says, though everything is tried', async () => {
    const other = await startHost(hub.origin, { policy: false })
    const host = await startHost(hub.origin, { policy: false })
    const visit = await aVisit({
      address: host.address,
      before: `window.said = []; window.Parley = (...call) => (window.Parley.q = window.Parley.q || []).push(call)
        for (const event of ['open', 'close', 'unread', 'online']) Parley('on', event, (value) => said.push([event, value]))`,
    })
    const { page } = visit
    await start(visit)
    await write(visit, 'Hello?')
    await expect.poll(() => hub.ledger.length).toBe(1)
    const stands = () =>
      page.evaluate(() => {
        const root = document.querySelector('parley-chat')?.shadowRoot
        const [button, panel] = [root?.querySelector('button'), root?.querySelector('div')]
        // The one thing that is said in the end counts as unread for a moment.
        const said = (window as never as { said: [string, unknown][] }).said.filter(
          ([event, value]) => event !== 'unread' || Number(value) > 1,
        )
        return [location.href, document.title, button?.getAttribute('aria-label'), panel?.className, JSON.stringify(said)]
      })
    const before = await stands()
    // One of the page's own origin, one of another, and a window that the page has opened.
    const frames: Frame[] = []
    for (const address of ['about:blank', other.address]) {
      const handle = await page.evaluateHandle((src) => {
        const frame = document.createElement('iframe')
        frame.src = src
        document.body.append(frame)
        return frame
      }, address)
      frames.push((await handle.asElement()?.contentFrame()) as Frame)
    }
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => void window.open('about:blank'))])
    let tried = 0
    const say = async (from: Pick<Frame, 'evaluate'>, to: string, all: unknown[]) => {
      tried += all.length
      await from.evaluate(`${JSON.stringify(all)}.forEach((message) => ${to}.postMessage(message, '*'))`)
    }
    await say(page.mainFrame(), 'window', asFrame)
    for (const frame of frames) await say(frame, 'parent', asFrame)
    await say(popup, 'opener', asFrame)
    const chat = "document.querySelector('parley-chat').shadowRoot.querySelector('iframe').contentWindow"
    await say(frames[0] as Frame, `parent.${chat}`, asPage)
    await say(popup, `opener.${chat}`, asPage)
    expect(tried).toBeGreaterThanOrEqual(180)
    // What is said after all of it is heard, so nothing of it is still on its way.
    hub.say('Still here')
    await page.frameLocator('parley-chat iframe').getByText('Still here').first().waitFor()
    expect(await stands()).toEqual(before)
    expect([hub.people.size, hub.person().told, hub.person().messages.length]).toEqual([1, [], 2])
    await expect.poll(() => hub.person().acknowledged.at(-1)?.read).toBe(true)
    for (const each of [host, other]) void each.stop()
  })
})

describe('in a browser of 2021', () => {
  /** What came after Chrome 90 and Safari 15. */
  const younger = `
    const gone = [[Array.prototype, 'at findLast findLastIndex toSorted toReversed toSpliced with'], [String.prototype, 'at isWellFormed toWellFormed'],
      [Object, 'hasOwn groupBy'], [Array, 'fromAsync'], [Promise, 'withResolvers try'], [AbortSignal, 'any timeout'], [Crypto.prototype, 'randomUUID'], [URL, 'canParse parse'],
      [Element.prototype, 'checkVisibility moveBefore setHTML'], [HTMLElement.prototype, 'showPopover hidePopover togglePopover'], [Map, 'groupBy'],
      [Set.prototype, 'union intersection difference'], [Document.prototype, 'adoptedStyleSheets'], [ShadowRoot.prototype, 'adoptedStyleSheets'], [Navigator.prototype, 'locks'],
      [window, 'structuredClone BroadcastChannel reportError scheduler navigation CompressionStream']]
    for (const [of, names] of gone) for (const name of names.split(' ')) delete of[name]
    window.CSSStyleSheet = function () { throw new TypeError('Illegal constructor') }`

  it('a visitor writes, is answered, and finds it again', async () => {
    const host = await startHost(hub.origin, { policy: false })
    const visit = await aVisit({ address: host.address, before: younger })
    await start(visit)
    expect(await launcher(visit.page).evaluate((button) => getComputedStyle(button).position)).toBe('absolute')
    await visit.chat.locator('input[type=file]').setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('note') })
    await write(visit, 'Hello from long ago')
    await visit.chat.getByText('note.txt').waitFor()
    hub.say('Hello!')
    await visit.chat.getByText('Hello!').first().waitFor()
    await visit.page.reload()
    await visit.chat.getByText('Hello from long ago').waitFor()
    expect(visit.complaints).toEqual([])
    void host.stop()
  })
})

describe('on a page that reads from right to left', () => {
  it('the button stands at the other side, and each says what he says in his own direction', async () => {
    const host = await startHost(hub.origin, { language: 'ar" dir="rtl' })
    const visit = await aVisit({ address: host.address })
    const box = await launcher(visit.page).boundingBox()
    expect(box?.x).toBe(20)
    await start(visit)
    await write(visit, 'مرحبا')
    await write(visit, 'Hello')
    const bubbles = visit.chat.locator('.bubble.mine')
    await expect.poll(() => bubbles.count()).toBe(2)
    const directions = await bubbles.evaluateAll((all) => all.map((each) => getComputedStyle(each).direction))
    expect(directions).toEqual(['rtl', 'ltr'])
    const panel = await visit.page.locator('parley-chat iframe').boundingBox()
    expect(panel?.x).toBe(20)
    void host.stop()
  })
})

describe('for whoever wishes less motion', () => {
  it('nothing moves by itself', async () => {
    const visit = await aVisit()
    const moving = async () => {
      const frames = await Promise.all(visit.page.frames().map((frame) => frame.evaluate(() => document.getAnimations().length)))
      const panel = await visit.page.evaluate(
        () => document.querySelector('parley-chat')?.shadowRoot?.querySelector('div')?.getAnimations().length ?? 0,
      )
      return frames.reduce((sum, each) => sum + each, panel)
    }
    await start(visit)
    await write(visit, 'Hello?')
    await expect.poll(() => hub.ledger.length).toBe(1)
    hub.typing(true)
    await visit.chat.getByText('is typing').waitFor()
    expect(await moving()).toBeGreaterThan(0)
    await visit.page.emulateMedia({ reducedMotion: 'reduce' })
    await expect.poll(moving).toBe(0)
  })
})
