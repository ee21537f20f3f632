import { useEffect, useMemo, useState } from 'preact/hooks'
import { createAttachments } from '../store/attachments.ts'
import { isAway, type State } from '../store/state.ts'
import { AwayBar } from './AwayBar.tsx'
import { Composer } from './Composer.tsx'
import { RequestForm } from './Door.tsx'
import { Thread } from './Thread.tsx'
import { useUi } from './ui.ts'

/** The conversation: what was said, how things stand, and the place to write. */
export function ChatView({ state }: { state: State }) {
  const { chat, upload, say } = useUi()
  const [, redraw] = useState(0)
  const [dragging, setDragging] = useState(false)
  const [asking, setAsking] = useState(false)
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

  const back = () => setAsking(false)
  if (asking) return <RequestForm state={state} onChat={back} onBack={back} />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the clip does the same for everybody
    <div class="chat" onDragOver={drag} onDragLeave={drag} onDrop={drag}>
      <Standing state={state} />
      <Thread state={state} />
      {isAway(state) ? <AwayBar state={state} onAsk={() => setAsking(true)} /> : <Composer state={state} attachments={attachments} />}
      {dragging && <p class="drop">{say('drop')}</p>}
    </div>
  )
}

/** One line on how things stand: no connection, the queue, nobody there, closed. */
function Standing({ state }: { state: State }) {
  const { say, format } = useUi()
  const lost = useLate(state.line === 'down', 3_000)
  const { chat, site, left, visitor } = state
  const words = lost
    ? say('lineDown')
    : left && isAway(state)
      ? visitor?.email
        ? say('left', { number: left, email: visitor.email })
        : say('leftHere', { number: left })
      : isAway(state)
        ? site?.opensAt
          ? say('opensAt', { time: `${format.day(site.opensAt)}, ${format.time(site.opensAt)}` })
          : site?.offlineText || say('offline')
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
