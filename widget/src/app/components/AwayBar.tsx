import { useRef } from 'preact/hooks'
import type { State } from '../store/state.ts'
import { useUi } from './ui.ts'
import { useFocusOnOpen } from './useFocusOnOpen.ts'

/** In the composer's place while nobody is there. */
export function AwayBar({ state, onAsk }: { state: State; onAsk(): void }) {
  const { say } = useUi()
  const button = useRef<HTMLButtonElement>(null)
  useFocusOnOpen(button, state.open)
  return (
    <div class="away">
      <button type="button" class="primary" ref={button} onClick={onAsk}>
        {say('leaveOne')}
      </button>
    </div>
  )
}
