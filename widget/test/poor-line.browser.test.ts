import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launcher, openStage, type Stage, start, write } from './stage.ts'

let stage: Stage
let aVisit: Stage['aVisit']

beforeAll(async () => {
  stage = await openStage()
  aVisit = stage.aVisit
}, 120_000)
afterEach(() => stage.clear())
afterAll(() => stage?.close())

describe('on a poor line', () => {
  it('the chat comes though its page, or its words, did not come the first time', async () => {
    const visit = await aVisit()
    const lost = { frame: 1, words: 1 }
    await visit.page.context().route('**/widget/frame*', (route) => (lost.frame-- > 0 ? route.abort() : route.continue()))
    await visit.page.context().route('**/widget/assets/*.json', (route) => (lost.words-- > 0 ? route.abort() : route.continue()))
    await launcher(visit.page).click()
    await visit.chat.getByLabel('Name').waitFor({ timeout: 15_000 })
    expect(lost.frame).toBeLessThan(0)
    expect(lost.words).toBeLessThan(0)
  })

  it('the panel is not empty while the chat is on its way', async () => {
    const visit = await aVisit()
    let go = () => {}
    const held = new Promise<void>((resolve) => {
      go = resolve
    })
    await visit.page.context().route('**/widget/assets/*.js', (route) => void held.then(() => route.continue()))
    await launcher(visit.page).click()
    await visit.chat.getByText('…', { exact: true }).waitFor()
    go()
    await visit.chat.getByLabel('Name').waitFor()
    expect(await visit.chat.getByText('…', { exact: true }).count()).toBe(0)
  })

  it('a line that was cut without a word is noticed within seconds of the browser or a message that does not go out', async () => {
    // A socket that neither speaks nor ends, as behind a net that is gone.
    const before = `{ const Real = WebSocket; let deaf = false; window.deafen = () => { deaf = true };
      window.WebSocket = class extends Real { set onmessage(hear) { super.onmessage = hear && ((event) => deaf || hear(event)) } send(text) { deaf || super.send(text) } } }`
    for (const byMessage of [true, false]) {
      const visit = await aVisit({ before })
      await start(visit)
      await write(visit, 'Hello?')
      const inFrame = (script: string) => visit.chat.locator('body').evaluate((_, text) => void new Function(text)(), script)
      await inFrame('deafen()')
      stage.hub.faults.down = true
      if (byMessage) await write(visit, 'Is this on?')
      else await inFrame("dispatchEvent(new Event('offline'))")
      await visit.chat.getByText('No connection.').waitFor({ timeout: 12_000 })
      await stage.clear()
    }
  }, 60_000)
})

describe('very much of anything', () => {
  it('leaves room to write and to send, with what was not taken in sight', async () => {
    const visit = await aVisit({ size: { width: 844, height: 390 } })
    await start(visit)
    const file = (name: string, words: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) })
    await visit.chat
      .locator('input[type=file]')
      .setInputFiles([
        ...Array.from({ length: 40 }, (_, n) => file(`${'a-long-name-'.repeat(8)}${n}.txt`, 'words')),
        ...Array.from({ length: 9 }, (_, n) => file(`empty-${n}.txt`, '')),
      ])
    const said = visit.chat.getByText('At most 10 files fit into one message.')
    await said.waitFor()
    expect(await said.count()).toBe(1)
    const sight = async (part: ReturnType<typeof visit.chat.locator>) => {
      const box = await part.boundingBox()
      return box !== null && box.y >= 0 && box.y + box.height <= 390
    }
    expect(await sight(said)).toBe(true)
    expect(await sight(visit.chat.getByRole('button', { name: 'Send' }))).toBe(true)
    expect(await sight(visit.chat.getByLabel('Message', { exact: true }))).toBe(true)
  })

  it('is broken into lines, wherever it stands', async () => {
    Object.assign(stage.hub.site, { online: false, greeting: 'g'.repeat(300), offlineText: `https://shop.example/${'o'.repeat(300)}` })
    const visit = await aVisit({ size: { width: 390, height: 844 } })
    await launcher(visit.page).click()
    await visit.chat.getByText('ggg').first().waitFor()
    const wide = () =>
      visit.chat
        .locator('body')
        .evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('main, main *')]
            .filter((element) => element.scrollWidth > document.body.clientWidth || element.getBoundingClientRect().right > innerWidth + 1)
            .map((element) => element.className),
        )
    expect(await wide()).toEqual([])
    Object.assign(stage.hub.site, { offlineText: null })
  })
})
