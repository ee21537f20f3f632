import { useLayoutEffect, useState } from 'preact/hooks'
import { ChatView } from './ChatView.tsx'
import { Door } from './Door.tsx'
import { Header } from './Header.tsx'
import { type Ui, UiProvider } from './ui.ts'

export function App({ ui }: { ui: Ui }) {
  const [state, setState] = useState(ui.chat.store.get())
  useLayoutEffect(() => {
    // Something may have come between the first drawing and now.
    setState(ui.chat.store.get())
    return ui.chat.store.subscribe(setState)
  }, [])

  return (
    <UiProvider value={ui}>
      <main aria-label={ui.say('chat')}>
        <Header state={state} />
        {state.phase === 'form' && <Door state={state} />}
        {state.phase === 'chat' && <ChatView state={state} />}
        {state.phase === 'gone' && <p class="middle">{ui.say('gone')}</p>}
        {state.phase === 'loading' && (
          <p class="middle" role="status">
            {ui.say('connecting')}
          </p>
        )}
      </main>
    </UiProvider>
  )
}
