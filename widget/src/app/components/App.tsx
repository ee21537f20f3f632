import { useLayoutEffect, useState } from 'preact/hooks'
import { isAway, type State } from '../store/state.ts'
import { ApproachCard } from './ApproachCard.tsx'
import { ChatView } from './ChatView.tsx'
import { Door } from './Door.tsx'
import { Header } from './Header.tsx'
import { useUi } from './ui.ts'

export function App() {
  const ui = useUi()
  const [state, setState] = useState(ui.chat.store.get())
  useLayoutEffect(() => {
    // Something may have come between the first drawing and now.
    setState(ui.chat.store.get())
    return ui.chat.store.subscribe(setState)
  }, [])

  return (
    <main aria-label={ui.say('chat')}>
      {state.approach && <ApproachCard of={state.approach} low={!state.open} />}
      <Header state={state} />
      {isAsked(state) ? <Door state={state} /> : (state.phase === 'form' || state.phase === 'chat') && <ChatView state={state} />}
      {state.phase === 'gone' && <p class="middle">{ui.say('gone')}</p>}
      {state.phase === 'loading' && (
        <p class="middle" role="status">
          {ui.say('connecting')}
        </p>
      )}
    </main>
  )
}

/** Before the first message: what the company wishes to know of whoever is not known, or of whom not all is. */
function isAsked(state: State): boolean {
  const { phase, site, visitor, chat } = state
  if (phase === 'form') return !!site?.asks.length || isAway(state)
  return phase === 'chat' && !chat && !!visitor?.asks?.length
}
