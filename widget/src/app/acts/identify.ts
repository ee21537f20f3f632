import { identifyMutation, logOutMutation } from '../documents.ts'
import { pause } from '../net/backoff.ts'
import type { Started } from '../net/calls.ts'
import { command } from '../net/hub.ts'
import type { Chat } from '../store/chat.ts'
import type { Drawer } from '../store/storage.ts'

/**
 * Takes what the website signed of its visitor to the hub; an empty token signs him out here. Whoever is known already under
 * the same id is not asked about again.
 */
export async function introduce(chat: Chat, drawer: Drawer, token: string): Promise<void> {
  const id = idIn(token)
  const before = drawer.get('signed')
  if (id && before === id && chat.token()) return
  // Only who was signed in by the website is signed out by it.
  if (before && before !== id) {
    await chat.hub.ask(logOutMutation)
    leave(chat, drawer)
  }
  if (!token) return
  for (let tries = 0; ; tries++) {
    const answer = await command<Started>(chat.hub, identifyMutation, { key: chat.place().key, token })
    if (answer.kind === 'done') {
      drawer.set('signed', id)
      return chat.admit(answer.data.token, answer.data.visitor)
    }
    // The visitor goes on as anybody else.
    if (answer.kind !== 'later') return refused()
    await pause(tries)
  }
}

/** For whoever builds the website: the reason stays at the hub. */
function refused(): void {
  // biome-ignore lint/suspicious/noConsole: nobody else can be told
  console.warn('Parley: the hub did not accept the token of identify')
}

/** What he did not send is not said by whoever comes next. */
function leave(chat: Chat, drawer: Drawer): void {
  chat.outbox.arrived(chat.outbox.list().map(({ clientId }) => clientId))
  for (const name of ['signed', 'draft']) drawer.remove(name)
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
