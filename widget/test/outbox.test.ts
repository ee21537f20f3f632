import { describe, expect, it } from 'vitest'
import { createOutbox, type SendResult } from '../src/app/store/outbox.ts'
import { openDrawer } from '../src/app/store/storage.ts'
import { aBrowser, aMessage, until } from './makers.ts'

type Tab = ReturnType<ReturnType<typeof aBrowser>['openTab']>

/** A hub that knows a client id when it sees it again, and a list of what happens to each call. */
function aHub(...fates: ('fine' | 'down' | 'answer lost' | 'refused')[]) {
  const stored: string[] = []
  let calls = 0
  return {
    stored,
    calls: () => calls,
    async send({ clientId, text }: { clientId: string; text: string }): Promise<SendResult> {
      calls++
      await new Promise((resolve) => setTimeout(resolve, 1))
      const fate = fates.shift() ?? 'fine'
      if (fate === 'refused') return { kind: 'refused', refusal: { code: 'no', message: 'No.', field: null, remedy: null } }
      if (fate !== 'down' && !stored.includes(clientId)) stored.push(clientId)
      return fate === 'fine' ? { kind: 'sent', message: aMessage(stored.length, { clientId, text, author: 'you' }) } : { kind: 'later' }
    },
  }
}

function anOutbox(tab: Tab, hub: ReturnType<typeof aHub>, alone = tab.alone) {
  const outbox = createOutbox({ drawer: tab.drawer, send: hub.send, alone, changed: () => {}, sent: () => {}, wait: () => 1 })
  tab.drawer.changed(outbox.heard)
  return outbox
}

describe('what was written', () => {
  it('is sent in the order in which it was written, and then forgotten', async () => {
    const hub = aHub()
    const outbox = anOutbox(aBrowser().openTab(), hub)
    for (const clientId of ['z', 'm', 'a']) outbox.add({ clientId, text: clientId, files: [] })
    await until(() => hub.stored.length === 3)
    expect(hub.stored).toEqual(['z', 'm', 'a'])
    await until(() => outbox.list().length === 0)
  })

  it('is sent again with the same client id until the hub answers, whatever was lost', async () => {
    const hub = aHub('down', 'answer lost', 'down', 'answer lost')
    const outbox = anOutbox(aBrowser().openTab(), hub)
    outbox.add({ clientId: 'x', text: 'hi', files: [] })
    await until(() => outbox.list().length === 0)
    expect([hub.stored, hub.calls()]).toEqual([['x'], 5])
  })

  it('survives a reload in the middle of sending', async () => {
    const browser = aBrowser()
    const first = browser.openTab()
    const never = createOutbox({
      drawer: first.drawer,
      send: () => new Promise(() => {}),
      alone: (work) => work(),
      changed: () => {},
      sent: () => {},
    })
    never.add({ clientId: 'x', text: 'hi', files: [] })
    first.close()
    const hub = aHub()
    const outbox = anOutbox(browser.openTab(), hub)
    expect(outbox.list()).toMatchObject([{ clientId: 'x', text: 'hi' }])
    await outbox.drain()
    expect([hub.stored, outbox.list()]).toEqual([['x'], []])
  })

  it('in two tabs at once reaches the hub once each, and is asked for by one tab at a time', async () => {
    const browser = aBrowser()
    const hub = aHub('answer lost', 'down')
    const [one, two] = [anOutbox(browser.openTab(), hub), anOutbox(browser.openTab(), hub)]
    for (let n = 0; n < 10; n++) (n % 2 ? one : two).add({ clientId: `n${n}`, text: `${n}`, files: [] })
    await until(() => one.list().length === 0 && two.list().length === 0)
    expect(hub.stored.slice().sort()).toEqual(Array.from({ length: 10 }, (_, n) => `n${n}`))
    expect(hub.calls()).toBe(12)
  })

  it('without locks between tabs is still stored once', async () => {
    const browser = aBrowser()
    const hub = aHub()
    const free = <T>(work: () => Promise<T>) => work()
    const [one, two] = [anOutbox(browser.openTab(), hub, free), anOutbox(browser.openTab(), hub, free)]
    one.add({ clientId: 'x', text: 'hi', files: [] })
    void two.drain()
    await until(() => one.list().length === 0 && hub.calls() >= 1)
    expect(hub.stored).toEqual(['x'])
  })

  it('and was refused says why, holds up nothing, and goes out when the visitor tries again', async () => {
    const hub = aHub('refused')
    const outbox = anOutbox(aBrowser().openTab(), hub)
    outbox.add({ clientId: 'bad', text: 'bad', files: [] })
    outbox.add({ clientId: 'good', text: 'good', files: [] })
    await until(() => hub.stored.includes('good') && outbox.list().length === 1)
    expect(outbox.list()).toMatchObject([{ clientId: 'bad', failed: 'No.' }])
    outbox.retry('bad')
    await until(() => outbox.list().length === 0)
    expect(hub.stored).toEqual(['good', 'bad'])
  })

  it('and trips the hub up again and again is set aside for the visitor, and the others go on', async () => {
    const stored: string[] = []
    const tab = aBrowser().openTab()
    let tries = 0
    const outbox = createOutbox({
      drawer: tab.drawer,
      async send({ clientId, text }): Promise<SendResult> {
        if (clientId === 'odd') {
          tries++
          return { kind: 'later', fault: true }
        }
        stored.push(clientId)
        return { kind: 'sent', message: aMessage(1, { clientId, text }) }
      },
      alone: tab.alone,
      changed: () => {},
      sent: () => {},
      wait: () => 0,
    })
    outbox.add({ clientId: 'odd', text: 'odd', files: [] })
    outbox.add({ clientId: 'fine', text: 'fine', files: [] })
    await until(() => stored.length === 1)
    expect([tries, outbox.list()[0]?.failed]).toEqual([5, ''])
  })

  it('is not shown twice when the feed knows it first', async () => {
    const tab = aBrowser().openTab()
    const outbox = createOutbox({
      drawer: tab.drawer,
      send: () => new Promise(() => {}),
      alone: (work) => work(),
      changed: () => {},
      sent: () => {},
    })
    outbox.add({ clientId: 'x', text: 'hi', files: [] })
    outbox.arrived(['x', 'unknown'])
    expect(outbox.list()).toEqual([])
  })

  it('lives in the page where storage is forbidden, full, or spoilt', () => {
    const forbidden = openDrawer(
      'p:',
      () => {
        throw new Error('SecurityError')
      },
      { addEventListener: () => {} } as never,
    )
    forbidden.set('out:x', '1')
    expect([forbidden.get('out:x'), forbidden.names('out:')]).toEqual(['1', ['out:x']])

    const browser = aBrowser()
    const tab = browser.openTab()
    browser.kept.set('parley:demo:out:spoilt', '{"clientId":7')
    browser.kept.set('parley:other:out:theirs', '{}')
    expect(anOutbox(tab, aHub()).list()).toEqual([])
  })
})
