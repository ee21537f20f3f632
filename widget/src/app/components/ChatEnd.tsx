import { useState } from 'preact/hooks'
import { endChat } from '../acts/end.ts'
import { mailTranscript } from '../acts/transcript.ts'
import { why } from '../text/faults.ts'
import type { Chat } from '../types.ts'
import { RatingCard } from './RatingCard.tsx'
import { useUi } from './ui.ts'

/** Whether it is to end; and once it is over, what a visitor may do with it: say what he thinks of it, and have it sent to his mailbox. */
export const ChatEnd = ({ of }: { of: Chat }) => (of.state === 'closed' ? <Over of={of} /> : <Ending of={of} />)

function Ending({ of }: { of: Chat }) {
  const { chat, say } = useUi()
  const [fault, setFault] = useState('')

  async function end() {
    setFault(why(say, await endChat(chat, of.id)))
  }

  return (
    <div class="rating" role="alert">
      <p>{say('endAsk')}</p>
      <button type="button" class="primary" onClick={end}>
        {say('end')}
      </button>
      <button type="button" class="link" onClick={() => chat.store.set({ ending: undefined })}>
        {say('noThanks')}
      </button>
      {fault && <p class="fault">{fault}</p>}
    </div>
  )
}

function Over({ of }: { of: Chat }) {
  const { chat, say } = useUi()
  const [state, setState] = useState<'' | 'busy' | 'sent'>('')
  const [fault, setFault] = useState('')

  async function send() {
    if (state) return
    setState('busy')
    const outcome = await mailTranscript(chat, of.id)
    setState(outcome ? '' : 'sent')
    setFault(why(say, outcome))
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
