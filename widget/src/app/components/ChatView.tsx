import { useEffect, useMemo, useState } from 'preact/hooks'
import { createAttachments } from '../store/attachments.ts'
import type { State } from '../store/state.ts'
import { Composer } from './Composer.tsx'
import { Thread } from './Thread.tsx'
import { useUi } from './ui.ts'

/** The conversation: what was said, how things stand, and the place to write. */
export function ChatView({ state }: { state: State }) {
  const { chat, upload, say } = useUi()
  const [, redraw] = useState(0)
  const [dragging, setDragging] = useState(false)
  const attachments = useMemo(
    () =>
      createAttachments({ maxBytes: () => chat.store.get().site?.maxFileBytes ?? 0, upload, changed: () => redraw((count) => count + 1) }),
    [],
  )

  function drag(event: DragEvent) {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    setDragging(event.type === 'dragover')
    if (event.type === 'drop') attachments.add([...event.dataTransfer.files])
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the clip does the same for everybody
    <div class="chat" onDragOver={drag} onDragLeave={drag} onDrop={drag}>
      <Standing state={state} />
      <Thread state={state} />
      <Composer state={state} attachments={attachments} />
      {dragging && <p class="drop">{say('drop')}</p>}
    </div>
  )
}

/** One line on how things stand: no connection, the queue, nobody there, closed. */
function Standing({ state }: { state: State }) {
  const { say } = useUi()
  const lost = useLate(state.line === 'down', 3_000)
  const { chat, site } = state
  const words = lost
    ? say('lineDown')
    : chat?.state === 'closed'
      ? say('closed')
      : chat?.state === 'serving'
        ? undefined
        : site && !site.online
          ? site.offlineText || say('offlineText')
          : chat && (chat.place ? say('queue', { place: chat.place }) : say('waiting'))
  return (
    <p class={lost ? 'standing lost' : 'standing'} role="status" dir="auto" hidden={!words}>
      {words}
    </p>
  )
}

/** True when the condition has held for so long, in milliseconds: a blink is not worth a word. */
function useLate(condition: boolean, after: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    if (!condition) return
    const timer = setTimeout(() => setLate(true), after)
    return () => clearTimeout(timer)
  }, [condition])
  return condition && late
}
