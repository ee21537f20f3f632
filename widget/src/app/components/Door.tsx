import { useState } from 'preact/hooks'
import { isAway, type State } from '../store/state.ts'
import { PreChatForm } from './PreChatForm.tsx'
import { RequestForm } from './RequestForm.tsx'
import { useUi } from './ui.ts'

/** Whoever is not known yet: into the chat, or, while nobody is there, to the request form. A form that was begun stays. */
export function Door({ state }: { state: State }) {
  const { say } = useUi()
  const [begun, begin] = useState<'chat' | 'request'>()
  const shown = begun ?? (isAway(state) ? 'request' : 'chat')
  return (
    <div class="door" onInput={() => begin(shown)}>
      {state.linkOver && (
        <p class="notice" role="alert">
          {say('linkOver')}
        </p>
      )}
      {shown === 'chat' ? <PreChatForm state={state} /> : <RequestForm state={state} onChat={() => begin('chat')} />}
    </div>
  )
}
