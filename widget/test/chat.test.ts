import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { unreadOf, waitingOf } from '../src/app/store/state.ts'
import type { Site } from '../src/app/types.ts'
import { aBrowser, openChat, until, who } from './makers.ts'
import { type Standin, startStandin } from './standin.ts'

let hub: Standin

beforeAll(async () => {
  hub = await startStandin()
})
afterEach(() => {
  hub.faults.down = false
  hub.faults.lose = hub.faults.fail = 0
  hub.people.clear()
  hub.ledger.length = 0
})
afterAll(() => hub.stop())

/** A visitor who has filled the form and follows his chat. */
async function aVisitor(browser = aBrowser()) {
  const chat = openChat(hub.origin, browser)
  await chat.begin()
  await chat.start(who('Maria Souza', 'maria@example.com'))
  await until(() => chat.state().cursor !== undefined)
  return chat
}

describe('a visitor', () => {
  it('meets the form, gives name and e-mail, writes, and reads the answer live', async () => {
    const chat = openChat(hub.origin)
    await chat.begin()
    expect([chat.state().phase, chat.state().site?.name]).toEqual(['form', 'Loja Aurora'])
    expect(await chat.start(who('Maria', 'maria@example.com'))).toBeUndefined()
    chat.send({ text: 'Hello?', files: [] })
    await until(() => hub.ledger.length === 1)
    hub.say('Hello Maria!')
    await until(() => chat.state().messages.length === 2)
    expect([chat.texts(), waitingOf(chat.state()), chat.state().chat?.place]).toEqual([['Hello?', 'Hello Maria!'], [], 1])
  })

  it('learns what the hub says against the form', async () => {
    const chat = openChat(hub.origin)
    await chat.begin()
    expect(await chat.start(who('Maria', 'maria@blocked.example'))).toMatchObject({
      field: 'email',
      message: 'This address cannot be used.',
    })
    hub.faults.down = true
    expect(await chat.start(who('Maria', 'maria@example.com'))).toBe('later')
    expect(chat.state().phase).toBe('form')
  })

  it('who is asked nothing becomes known by his first message, but not before the website has said who he is', async () => {
    const asks = hub.site.asks
    hub.site.asks = []
    const chat = openChat(hub.origin)
    await chat.begin()
    let say = () => {}
    void chat.inTurn(() => new Promise<void>((resolve) => (say = resolve)))
    chat.send({ text: 'Hello?', files: [] })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(hub.people.size).toBe(0)
    say()
    await until(() => chat.texts().length === 1 && waitingOf(chat.state()).length === 0)
    expect([hub.people.size, chat.state().phase]).toEqual([1, 'chat'])
    hub.site.asks = asks
  })

  it('of a channel that does not exist is told that there is no chat', async () => {
    const chat = openChat(hub.origin, aBrowser(), 'gone')
    await chat.begin()
    expect(chat.state().phase).toBe('gone')
  })

  it('who comes back finds his history and the answer that was given meanwhile', async () => {
    const browser = aBrowser()
    const before = await aVisitor(browser)
    before.send({ text: 'I leave now', files: [] })
    await until(() => before.state().messages.length === 1 && before.outbox.list().length === 0)
    hub.cut()
    hub.say('Here is your answer')
    const after = openChat(hub.origin, browser)
    await after.begin()
    expect([after.state().phase, after.texts(), unreadOf(after.state())]).toEqual(['chat', ['I leave now', 'Here is your answer'], 1])
  })

  it('in two tabs is one visitor with one conversation', async () => {
    const browser = aBrowser()
    const [one, two] = [openChat(hub.origin, browser), openChat(hub.origin, browser)]
    await Promise.all([one.begin(), two.begin()])
    await one.start(who('Maria', 'maria@example.com'))
    await until(() => two.state().phase === 'chat')
    one.send({ text: 'from one', files: [] })
    two.send({ text: 'from two', files: [] })
    await until(
      () =>
        one.state().messages.length === 2 &&
        two.state().messages.length === 2 &&
        !waitingOf(one.state()).length &&
        !waitingOf(two.state()).length,
    )
    expect(hub.people.size).toBe(1)
    expect(one.texts()).toEqual(two.texts())
    expect(hub.ledger.map((entry) => entry.text).sort()).toEqual(['from one', 'from two'])
  })
})

describe('when the network fails', () => {
  it('a message whose answer was lost is there once', async () => {
    const chat = await aVisitor()
    hub.faults.lose = 2
    chat.send({ text: 'once', files: [] })
    await until(() => chat.outbox.list().length === 0)
    expect([hub.ledger.length, chat.texts()]).toEqual([1, ['once']])
  })

  it('what was written meanwhile goes out in order, and what was said meanwhile comes, each once', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'first', files: [] })
    await until(() => chat.outbox.list().length === 0)
    hub.faults.down = true
    hub.cut()
    await until(() => chat.state().line === 'down')
    chat.send({ text: 'second', files: [] })
    chat.send({ text: 'third', files: [] })
    for (let n = 0; n < 5; n++) hub.say(`answer ${n}`)
    hub.faults.down = false
    chat.see()
    await until(() => chat.state().messages.length === 8 && chat.outbox.list().length === 0)
    expect(hub.ledger.map((entry) => entry.text)).toEqual(['first', 'second', 'third'])
    expect(chat.texts()).toEqual(['first', 'answer 0', 'answer 1', 'answer 2', 'answer 3', 'answer 4', 'second', 'third'])
  })

  it('fifty cuts while both sides write lose nothing and double nothing', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'own 0', files: [] })
    await until(() => hub.ledger.length === 1)
    for (let n = 1; n <= 50; n++) {
      hub.faults.lose = n % 3 === 0 ? 1 : 0
      chat.send({ text: `own ${n}`, files: [] })
      hub.say(`theirs ${n}`)
      if (n % 2) hub.cut()
      chat.see()
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
    hub.faults.lose = 0
    hub.cut()
    chat.see()
    await until(() => {
      chat.see()
      return chat.outbox.list().length === 0 && chat.state().messages.length >= 101
    })
    const texts = chat.texts()
    expect(texts.filter((text) => text?.startsWith('own'))).toEqual(Array.from({ length: 51 }, (_, n) => `own ${n}`))
    expect(texts.filter((text) => text?.startsWith('theirs'))).toEqual(Array.from({ length: 50 }, (_, n) => `theirs ${n + 1}`))
    expect(hub.ledger).toHaveLength(51)
  })

  it('for longer than the hub keeps events, everything is loaded anew', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'first', files: [] })
    await until(() => chat.outbox.list().length === 0)
    hub.faults.down = true
    hub.cut()
    await until(() => chat.state().line === 'down')
    hub.say('said while away')
    const gone = hub.say('erased while away')
    hub.person().messages = hub.person().messages.filter((message) => message.id !== gone.id)
    hub.forget()
    hub.faults.down = false
    chat.see()
    await until(() => chat.texts().includes('said while away') && chat.state().line === 'up')
    expect(chat.texts()).toEqual(['first', 'said while away'])
  })

  it('and the token is not good any more, the form comes back and what was written waits', async () => {
    const chat = await aVisitor()
    hub.people.clear()
    chat.send({ text: 'where am I?', files: [] })
    hub.cut()
    await until(() => chat.state().phase === 'form')
    expect([chat.token(), chat.state().messages, chat.outbox.list().map((item) => item.text)]).toEqual([undefined, [], ['where am I?']])
    await chat.start(who('Maria', 'maria@example.com'))
    await until(() => hub.ledger.length === 1)
    expect(hub.ledger[0]?.text).toBe('where am I?')
  })
})

describe('while they talk', () => {
  it('the hub hears what arrived at once, and what was read only when the visitor looks at it', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'Hello?', files: [] })
    await until(() => hub.ledger.length === 1)
    const answer = hub.say('Hello!')
    await until(() => hub.person().acknowledged.length === 1)
    expect([hub.person().acknowledged, unreadOf(chat.state())]).toEqual([[{ messageId: answer.id, read: false }], 1])
    chat.look.watched = false
    chat.setOpen(true)
    chat.receipts.shown(answer.id, true)
    expect(unreadOf(chat.state())).toBe(1)
    chat.look.watched = true
    chat.see()
    await until(() => hub.person().acknowledged.length === 2)
    expect([hub.person().acknowledged[1], unreadOf(chat.state())]).toEqual([{ messageId: answer.id, read: true }, 0])
  })

  it('a message read in one tab is read in the other, and told once', async () => {
    const browser = aBrowser()
    const one = await aVisitor(browser)
    const two = openChat(hub.origin, browser)
    await two.begin()
    one.send({ text: 'Hello?', files: [] })
    await until(() => hub.ledger.length === 1)
    const answer = hub.say('Hello!')
    await until(() => unreadOf(two.state()) === 1 && unreadOf(one.state()) === 1)
    one.setOpen(true)
    one.receipts.shown(answer.id, true)
    await until(() => unreadOf(two.state()) === 0)
  })

  it('his own messages show how far they got, and only ever further', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'Hello?', files: [] })
    await until(() => chat.state().messages.length === 1)
    const own = hub.person().messages[0] as never as Parameters<typeof hub.change>[0]
    hub.change({ ...own, delivery: 'read' })
    await until(() => chat.state().messages[0]?.delivery === 'read')
    hub.change({ ...own, delivery: 'delivered' })
    hub.say('next')
    await until(() => chat.state().messages.length === 2)
    expect(chat.state().messages[0]?.delivery).toBe('read')
  })

  it('each sees the other type, and the visitor’s keys are told at most every three seconds', async () => {
    const chat = await aVisitor()
    for (let n = 0; n < 30; n++) chat.typing.typed(`word ${n}`)
    chat.typing.stopped()
    chat.typing.stopped()
    await until(() => hub.person().typed.length === 2)
    expect(hub.person().typed).toEqual([true, false])
    hub.typing(true)
    await until(() => chat.state().typing)
    hub.typing(false)
    await until(() => !chat.state().typing)
  })

  it('shows what he types where the company sees it, the last of it at last, and nothing of it elsewhere', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'Hello?', files: [] })
    await until(() => chat.state().messages.length === 1)
    chat.typing.typed('not shown')
    chat.typing.stopped()
    chat.store.set((state) => ({ ...state, site: { ...(state.site as Site), previewsTyping: true } }))
    for (const text of ['W', 'Wh', 'Whe', 'Where']) chat.typing.typed(text)
    await until(() => hub.person().previews.at(-1) === 'Where')
    expect(hub.person().previews).toEqual(['W', 'Where'])
  })

  it('sees his place in the queue move', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'Hello?', files: [] })
    await until(() => chat.state().chat?.place === 1)
    hub.queue({ place: 7, usualWait: 300 })
    await until(() => chat.state().chat?.place === 7)
    expect(chat.state().chat).toMatchObject({ state: 'queued', usualWait: 300 })
  })

  it('queue, operator, closing and presence are shown as they change', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'Hello?', files: [] })
    await until(() => chat.state().chat?.state === 'queued')
    hub.chat({ state: 'serving', operatorName: 'Ana', place: null })
    await until(() => chat.state().chat?.operatorName === 'Ana')
    hub.chat({ state: 'closed' })
    await until(() => chat.state().chat?.state === 'closed')
    hub.online(false)
    await until(() => chat.state().site?.online === false)
    hub.site.online = true
    chat.send({ text: 'One more thing', files: [] })
    await until(() => chat.state().chat?.state === 'queued')
  })

  it('older messages come page by page, without a hole and without a double', async () => {
    const chat = await aVisitor()
    chat.send({ text: 'n0', files: [] })
    await until(() => hub.ledger.length === 1)
    for (let n = 1; n < 100; n++) hub.say(`n${n}`)
    const late = openChat(hub.origin, chat.browser)
    await late.begin()
    expect(late.state().messages).toHaveLength(20)
    while (late.state().older) await late.more()
    expect(late.texts()).toEqual(Array.from({ length: 100 }, (_, n) => `n${n}`))
  })
})
