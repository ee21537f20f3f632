import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { answerMutation, showMutation } from '../documents.ts'
import { command, whyNot } from '../net/hub.ts'
import type { HostPage } from '../page.ts'
import type { Chat } from '../store/chat.ts'
import { why } from '../text/faults.ts'
import type { Approach, Visitor } from '../types.ts'
import { useUi } from './ui.ts'

type Answered = { met: { token: string; visitor: Visitor } | null }

/** Asks the hub what it has to show, unless something is shown already or the page hides the chat. */
export async function meet({ hub, store, place }: Chat, page: HostPage): Promise<void> {
  if (store.get().approach || !innerWidth) return
  const answer = await hub.ask<{ showApproach: Approach | null }>(showMutation, { key: place().key, browser: page.browser() })
  if (answer.kind === 'done' && answer.data.showApproach) store.set({ approach: answer.data.showApproach })
}

/** What an operator asks: by itself while the panel is shut (`low`), above the chat while it stands open. */
export function ApproachCard({
  of: { id, kind, text, url, pictureUrl, operatorName, operatorAvatarUrl },
  low,
}: {
  of: Approach
  low: boolean
}) {
  const { chat, page, say } = useUi()
  const card = useRef<HTMLElement>(null)
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const name = operatorName ?? chat.store.get().site?.name ?? ''

  useLayoutEffect(() => {
    const tell = () => low && page.say({ type: 'low', value: card.current?.scrollHeight ?? 0 })
    const watch = new ResizeObserver(tell)
    if (card.current) watch.observe(card.current)
    return () => {
      watch.disconnect()
      page.say({ type: 'low', value: 0 })
    }
  }, [low])

  async function answer(accepted: boolean) {
    if (busy) return
    setBusy(true)
    const input = { key: chat.place().key, browser: page.browser(), approachId: id, accepted }
    const told = await chat.inTurn(() => command<Answered>(chat.hub, answerMutation, input))
    setBusy(false)
    // Whoever does not want it is rid of it, and a page is there without the hub; a chat is not.
    if (accepted && !url && told.kind !== 'done') return setFault(why(say, whyNot(told)))
    chat.store.set({ approach: undefined })
    if (!accepted) return
    if (url) return page.say({ type: 'go', value: url })
    if (told.kind === 'done' && told.data.met) chat.admit(told.data.met.token, told.data.met.visitor)
    page.say({ type: 'open' })
  }

  return (
    <section class={low ? 'ask only' : 'ask'} ref={card} aria-label={name} role="status">
      <p>
        {operatorAvatarUrl && <img class="face" src={operatorAvatarUrl} alt="" />}{' '}
        <b dir="auto">{kind === 'redirect' ? say('leadTo', { name }) : name}</b>
      </p>
      {pictureUrl && <img class="offer" src={pictureUrl} alt="" />}
      {text && <p dir="auto">{text}</p>}
      {url && <p class="quiet">{url.replace(/^https?:\/\//, '')}</p>}
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <p>
        <button type="button" class="primary" aria-disabled={busy} onClick={() => answer(true)}>
          {url ? say('goThere') : kind === 'chat' ? say('reply') : say('chatNow')}
        </button>
        <button type="button" class="link" onClick={() => answer(false)}>
          {say('noThanks')}
        </button>
      </p>
    </section>
  )
}
