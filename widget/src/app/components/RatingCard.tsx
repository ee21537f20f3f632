import { limits } from '@parley/schema/vocabulary'
import type { TargetedEvent } from 'preact'
import { useState } from 'preact/hooks'
import { rateChat } from '../acts/rate.ts'
import { why } from '../text/faults.ts'
import type { Chat } from '../types.ts'
import { Field } from './Field.tsx'
import { useUi } from './ui.ts'

const scores = Array.from({ length: limits.ratingMost }, (_, at) => at + 1)

/** What the visitor thinks of a chat that is over; while he may think again, he can change it. */
export function RatingCard({ of }: { of: Chat }) {
  const { say } = useUi()
  const [again, setAgain] = useState(false)
  const { rating, mayRate } = of
  if (!rating || again) return mayRate ? <RatingForm of={of} onDone={() => setAgain(false)} /> : null
  return (
    <div class="rating" role="status">
      <p>
        {say('ratedThanks')}{' '}
        <span class="on" aria-hidden="true">
          {'★'.repeat(rating.score)}
        </span>
        <span class="unseen">{say('stars', { count: rating.score })}</span>
      </p>
      {mayRate && (
        <button type="button" class="link" onClick={() => setAgain(true)}>
          {say('rateAgain')}
        </button>
      )}
    </div>
  )
}

function RatingForm({ of, onDone }: { of: Chat; onDone(): void }) {
  const { chat, say } = useUi()
  const [score, setScore] = useState(of.rating?.score ?? 0)
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)

  async function submit(event: TargetedEvent<HTMLFormElement>) {
    event.preventDefault()
    const comment = String(new FormData(event.currentTarget).get('comment')).trim()
    if (busy || !score) return
    setBusy(true)
    const outcome = await rateChat(chat, { chatId: of.id, score, comment: comment || null })
    setBusy(false)
    if (outcome) return setFault(why(say, outcome))
    onDone()
  }

  return (
    <form class="rating" onSubmit={submit}>
      <fieldset>
        <legend>{say('rateAsk')}</legend>
        {scores.map((each) => (
          <label key={each} class={each <= score ? 'star on' : 'star'} title={say('stars', { count: each })}>
            <input type="radio" name="score" class="unseen" checked={each === score} onChange={() => setScore(each)} />
            <span aria-hidden="true">★</span>
            <span class="unseen">{say('stars', { count: each })}</span>
          </label>
        ))}
      </fieldset>
      {score > 0 && (
        <>
          <Field name="comment" label={say('rateWhy')} fault={fault} most={limits.ratingComment} start={of.rating?.comment ?? ''} long />
          <button type="submit" class="primary" aria-disabled={busy}>
            {say(busy ? 'starting' : 'rate')}
          </button>
        </>
      )}
    </form>
  )
}
