import { useState } from 'preact/hooks'
import { useUi } from '../components/ui.ts'
import type { Chat } from '../types.ts'
import { RatingCard } from './RatingCard.tsx'
import { mailTranscript } from './transcript.ts'

/** What a visitor may do with a chat that is over: say what he thinks of it, and have it sent to his mailbox. */
export function ChatEnd({ of }: { of: Chat }) {
  const { chat, say } = useUi()
  const [state, setState] = useState<'' | 'busy' | 'sent'>('')
  const [fault, setFault] = useState('')

  async function send() {
    if (state) return
    setState('busy')
    const outcome = await mailTranscript(chat, of.id)
    setState(outcome ? '' : 'sent')
    setFault(outcome === 'later' ? say('unreachable') : (outcome?.message ?? ''))
  }

  return (
    <>
      <RatingCard of={of} />
      {of.mayMail && (
        <div class="rating" role="status">
          {state === 'sent' ? (
            <p>{say('mailSent')}</p>
          ) : (
            <button type="button" class="link" aria-disabled={!!state} onClick={send}>
              {say('mailAsk')}
            </button>
          )}
          {fault && <p class="fault">{fault}</p>}
        </div>
      )}
    </>
  )
}
