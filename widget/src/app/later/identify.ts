import { backoff } from '../net/backoff.ts'
import type { Started } from '../net/calls.ts'
import { command } from '../net/hub.ts'
import type { Chat } from '../store/chat.ts'
import type { Drawer } from '../store/storage.ts'
import { identifyMutation, logOutMutation } from './documents.ts'

/**
 * Takes what the website signed of its visitor to the hub; an empty token signs him out here. Whoever is known already under
 * the same id is not asked about again.
 */
export async function introduce(chat: Chat, drawer: Drawer, token: string): Promise<void> {
  if (!token) {
    if (drawer.get('signed')) await chat.hub.ask(logOutMutation)
    return leave(chat, drawer)
  }
  const id = idIn(token)
  if (id && drawer.get('signed') === id && chat.token()) return
  for (let tries = 0; ; tries++) {
    const answer = await command<Started>(chat.hub, identifyMutation, { key: chat.place().key, token })
    if (answer.kind === 'done') {
      drawer.set('signed', id)
      return chat.admit(answer.data.token, answer.data.visitor)
    }
    // The visitor goes on as anybody else.
    if (answer.kind !== 'later') return refused()
    await new Promise((resolve) => setTimeout(resolve, backoff(tries) + 200))
  }
}

/** For whoever builds the website: the reason stays at the hub. */
function refused(): void {
  // biome-ignore lint/suspicious/noConsole: nobody else can be told
  console.warn('Parley: the hub did not accept the token of identify')
}

/** Only who was signed in by the website is signed out by it. */
function leave(chat: Chat, drawer: Drawer): void {
  if (!drawer.get('signed')) return
  drawer.remove('signed')
  chat.signOut()
}

/** Who the token speaks of; the hub alone can tell whether it is true. */
function idIn(token: string): string {
  try {
    return String(JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'))).sub)
  } catch {
    return ''
  }
}
