import { backMutation } from '../documents.ts'
import { pause } from '../net/backoff.ts'
import type { Hub } from '../net/hub.ts'
import type { Drawer } from '../store/storage.ts'

/**
 * Lets a visitor in by the link of a mail. False when the link is over; whoever came in by it before in this browser is
 * still known. Asks until the hub answers.
 */
export async function comeBack(hub: Hub, drawer: Drawer, link: string): Promise<boolean> {
  if (drawer.get('link') === link && drawer.get('token')) return true
  for (let tries = 0; ; tries++) {
    const answer = await hub.ask<{ comeBack: { __typename: string; token?: string } }>(backMutation, { token: link })
    if (answer.kind === 'done') {
      const { token } = answer.data.comeBack
      if (!token) return false
      drawer.set('link', link)
      drawer.set('token', token)
      return true
    }
    if (answer.kind === 'refused') return false
    await pause(tries)
  }
}
