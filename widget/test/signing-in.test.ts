import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { introduce } from '../src/app/acts/identify.ts'
import { leaveRequest } from '../src/app/acts/leave.ts'
import { aBrowser, openChat, until, who } from './makers.ts'
import { type Standin, startStandin } from './standin.ts'

let hub: Standin

beforeAll(async () => {
  hub = await startStandin()
})
afterEach(() => {
  hub.meanwhile.does = undefined
  hub.people.clear()
  hub.left.length = 0
})
afterAll(() => hub.stop())

type Tab = ReturnType<typeof openChat>

async function aTab(browser = aBrowser()): Promise<Tab> {
  const chat = openChat(hub.origin, browser)
  await chat.begin()
  return chat
}
async function aStranger(): Promise<Tab> {
  const chat = await aTab()
  await chat.start(who('Maria', 'maria@example.com'))
  await until(() => chat.state().cursor !== undefined)
  return chat
}
/** The page says who he is. */
const signIn = (chat: Tab, name: string) => chat.inTurn(() => introduce(chat.whole, chat.drawer, name))
const leave = (chat: Tab) =>
  leaveRequest(chat.whole, {
    clientId: 'r1',
    name: 'Maria',
    email: 'maria@example.com',
    title: 'My order',
    text: 'Where is it?',
    answers: [],
  })
const nameOf = (chat: Tab) => hub.people.get(chat.token() ?? '')?.name

describe('who is said by the page to be somebody', () => {
  it('while he leaves a request leaves it as himself', async () => {
    const chat = await aTab()
    await Promise.all([signIn(chat, 'nina'), leave(chat)])
    expect([hub.left, nameOf(chat), chat.state().visitor?.name]).toEqual([[{ title: 'My order', by: 'nina' }], 'nina', 'nina'])
  })

  it.each([
    ['a request', leave],
    ['the form', (chat: Tab) => chat.start(who('Maria', 'maria@example.com'))],
  ])('just after he sent %s is that one from then on', async (_, send) => {
    const chat = await aTab()
    let said: Promise<void> | undefined
    hub.meanwhile.does = (query) => {
      if (!/leaveRequest|startVisitor/.test(query)) return
      hub.meanwhile.does = undefined
      said = signIn(chat, 'nina')
      // What was sent first is answered last, unless the other waits for it.
      return Promise.race([said, new Promise((resolve) => setTimeout(resolve, 200))])
    }
    await send(chat)
    await said
    expect([nameOf(chat), chat.state().visitor?.name]).toEqual(['nina', 'nina'])
  })

  it('in another tab while he leaves a request here leaves it as himself', async () => {
    const chat = await aStranger()
    const other = chat.browser.openTab()
    hub.meanwhile.does = (query) => {
      if (!query.includes('leaveRequest')) return
      hub.meanwhile.does = undefined
      const [[token, stranger]] = [...hub.people] as [[string, ReturnType<Standin['person']>]]
      hub.people.delete(token)
      hub.people.set('the token of nina', { ...stranger, id: 'nina', name: 'nina', token: 'the token of nina' })
      other.drawer.set('token', 'the token of nina')
    }
    expect(await leave(chat)).toBe(1)
    expect([hub.left, nameOf(chat)]).toEqual([[{ title: 'My order', by: 'nina' }], 'nina'])
  })

  it('and then another in another tab leaves nothing in the name of that one', async () => {
    const chat = await aTab()
    await signIn(chat, token('otto'))
    const other = chat.browser.openTab()
    hub.meanwhile.does = (query) => {
      if (!query.includes('leaveRequest')) return
      hub.meanwhile.does = undefined
      const otto = hub.person()
      hub.people.clear()
      hub.people.set('the token of nina', { ...otto, id: 'nina', name: 'nina', token: 'the token of nina' })
      other.drawer.set('token', 'the token of nina')
    }
    expect(await leave(chat)).toBe('later')
    expect(hub.left).toEqual([])
  })
})

describe('whoever is no longer known here', () => {
  it('is asked who he is, and sees nothing of the one before', async () => {
    const chat = await aStranger()
    chat.send({ text: 'Mine', files: [] })
    await until(() => chat.texts().length === 1)
    chat.store.set({ quoting: chat.state().messages[0], left: 7 })
    hub.people.clear()
    chat.see()
    await until(() => chat.state().phase === 'form')
    const { visitor, quoting, left, messages } = chat.state()
    expect({ visitor, quoting, left, messages }).toEqual({ visitor: undefined, quoting: undefined, left: undefined, messages: [] })
  })
})

/** As a website signs it; only whom it speaks of is read here. */
const token = (sub: string) => `x.${btoa(JSON.stringify({ sub }))}.x`
