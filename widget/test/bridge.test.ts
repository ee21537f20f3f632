import { describe, expect, it } from 'vitest'
import { meetPage } from '../src/app/page.ts'
import { type FromFrame, listen, readFromFrame, readFromPage } from '../src/shared/bridge.ts'

const page = { url: 'https://shop.example/chairs', title: 'Chairs', browser: '1-22-333-4444' }
const hello = { parley1: { type: 'hello', open: true, page } }

/** A window as far as messages go: what was posted to it, and a way to let one arrive. */
function aWindow(more: object = {}) {
  const listeners: ((event: MessageEvent) => void)[] = []
  const posted: { data: unknown; origin: string }[] = []
  return {
    posted,
    addEventListener: (_: string, heard: (event: MessageEvent) => void) => listeners.push(heard),
    postMessage: (data: unknown, origin: string) => posted.push({ data, origin }),
    arrive: (source: unknown, origin: string, data: unknown) =>
      listeners.forEach((heard) => void heard({ source, origin, data } as MessageEvent)),
    ...more,
  }
}

describe('the loader hears its frame', () => {
  const frame = {}
  const own = aWindow()
  const heard: FromFrame[] = []
  listen(own as never, { source: () => frame, accepts: (origin) => origin === 'https://hub.example' }, readFromFrame, (message) =>
    heard.push(message),
  )

  it('and nobody else: neither another window nor another origin', () => {
    const message = { parley1: { type: 'close' } }
    own.arrive({}, 'https://hub.example', message)
    own.arrive(null, 'https://hub.example', message)
    own.arrive(frame, 'https://hub.example.evil.example', message)
    own.arrive(frame, 'null', message)
    own.arrive(frame, 'http://hub.example', message)
    expect(heard).toEqual([])
    own.arrive(frame, 'https://hub.example', message)
    expect(heard).toEqual([{ type: 'close' }])
  })
})

describe('a message over the bridge', () => {
  it.each([
    [{ parley1: { type: 'unread', value: 3 } }, { type: 'unread', value: 3 }],
    [{ parley1: { type: 'unread', value: 2.9 } }, { type: 'unread', value: 2 }],
    [{ parley1: { type: 'online', value: true } }, { type: 'online', value: true }],
    [{ parley1: { type: 'known', value: 'yes' } }, { type: 'known', value: false }],
    [{ parley1: { type: 'low', value: 180.5 } }, { type: 'low', value: 180 }],
    [{ parley1: { type: 'open' } }, { type: 'open' }],
    [{ parley1: { type: 'go', value: 'https://shop.example/sale' } }, { type: 'go', value: 'https://shop.example/sale' }],
    [{ parley1: { type: 'go', value: 'javascript:alert(1)' } }, undefined],
    [{ parley1: { type: 'go', value: ' https://shop.example' } }, undefined],
    [{ parley1: { type: 'go', value: ['javascript:alert(1)', 'https:'] } }, undefined],
    [{ parley1: { type: 'go', value: { href: 'https://shop.example' } } }, undefined],
    [{ parley1: { type: 'go' } }, undefined],
    [{ parley1: { type: 'unread', value: -1 } }, undefined],
    [{ parley1: { type: 'unread', value: 'x' } }, undefined],
    [{ parley1: { type: 'unread' } }, undefined],
    [{ parley1: { type: 'eval', value: 'alert(1)' } }, undefined],
    [{ parley1: null }, undefined],
    [{ parley1: 'close' }, undefined],
    [{ type: 'close' }, undefined],
    ['close', undefined],
    [null, undefined],
    [undefined, undefined],
    [7, undefined],
  ])('of the frame: %j is %j', (data, message) => {
    expect(readFromFrame(data)).toEqual(message)
  })

  it.each([
    [{ parley1: { type: 'open', open: true, page } }, { type: 'open', open: true, page }],
    [{ parley1: { type: 'page', open: 'x', page } }, { type: 'page', open: false, page }],
    [{ parley1: { type: 'page', page: { url: 'javascript:alert(1)', title: '' } } }, undefined],
    [{ parley1: { type: 'page', page: { url: 7, title: '' } } }, undefined],
    [{ parley1: { type: 'page', page: null } }, undefined],
    [{ parley1: { type: 'toString', page } }, undefined],
    [[], undefined],
  ])('of the page: %j is %j', (data, message) => {
    expect(readFromPage(data)).toEqual(message)
  })

  it('carries no more of an address or title than the hub takes', () => {
    const message = readFromPage({
      parley1: { type: 'page', page: { url: `https://shop.example/${'x'.repeat(5000)}`, title: 'y'.repeat(5000) } },
    })
    expect([message?.page.url.length, message?.page.title.length]).toEqual([2048, 300])
  })
})

describe('the frame hears the page around it', () => {
  it('only from the origin the browser names as its ancestor', () => {
    const parent = aWindow()
    const own = aWindow({ parent, location: { ancestorOrigins: ['https://shop.example'] } })
    const opened: boolean[] = []
    const host = meetPage(own as never, (open) => opened.push(open))
    own.arrive(parent, 'https://evil.example', hello)
    own.arrive(own, 'https://shop.example', hello)
    expect([opened, host.now()]).toEqual([[], {}])
    own.arrive(parent, 'https://shop.example', hello)
    expect([opened, host.now()]).toEqual([[true], { pageUrl: page.url, pageTitle: page.title }])
  })

  it('else from the origin that greeted first, and from then on from no other', () => {
    const parent = aWindow()
    const own = aWindow({ parent, location: {} })
    const opened: boolean[] = []
    const host = meetPage(own as never, (open) => opened.push(open))
    host.say({ type: 'unread', value: 1 })
    host.say({ type: 'unread', value: 2 })
    expect(parent.posted).toEqual([{ data: { parley1: { type: 'ready' } }, origin: '*' }])
    own.arrive(parent, 'https://shop.example', hello)
    own.arrive(parent, 'https://evil.example', { parley1: { type: 'shut', open: false, page } })
    expect(opened).toEqual([true])
    expect(parent.posted.slice(1)).toEqual([{ data: { parley1: { type: 'unread', value: 2 } }, origin: 'https://shop.example' }])
  })

  it('and that it has something to ask, which opens nothing', () => {
    const parent = aWindow()
    const own = aWindow({ parent, location: { ancestorOrigins: ['https://shop.example'] } })
    const heard: unknown[] = []
    const host = meetPage(
      own as never,
      (open) => heard.push(open),
      (token) => heard.push(token),
      () => heard.push('ask'),
    )
    own.arrive(parent, 'https://shop.example', { parley1: { type: 'ask', open: false, page } })
    own.arrive(parent, 'https://evil.example', { parley1: { type: 'ask', open: false, page } })
    expect([heard, host.browser()]).toEqual([['ask'], page.browser])
  })

  it('and stands open when there is none', () => {
    const own = aWindow({ location: {} })
    const opened: boolean[] = []
    meetPage(Object.assign(own, { parent: own }) as never, (open) => opened.push(open))
    expect([opened, own.posted]).toEqual([[true], []])
  })
})
