import { useEffect, useState } from 'preact/hooks'
import { createAttachments } from '../store/attachments.ts'
import { isAway, type State } from '../store/state.ts'
import { AwayBar } from './AwayBar.tsx'
import { ChatEnd } from './ChatEnd.tsx'
import { Composer } from './Composer.tsx'
import { RequestForm } from './RequestForm.tsx'
import { Thread } from './Thread.tsx'
import { type Ui, useUi } from './ui.ts'

/** The conversation: what was said, how things stand, and the place to write. */
export function ChatView({ state }: { state: State }) {
  const { chat, upload, say } = useUi()
  const [, redraw] = useState(0)
  const [dragging, setDragging] = useState(false)
  const [asking, setAsking] = useState(false)
  const [attachments] = useState(() => {
    const files = createAttachments({
      maxBytes: () => chat.store.get().site?.maxFileBytes ?? 0,
      upload,
      again: chat.again,
      changed: () => redraw((count) => count + 1),
    })
    // The hub takes files from whom it knows.
    const bring = async (picked: File[]) => {
      if (!chat.token()) await chat.start()
      files.add(picked)
    }
    return { ...files, add: (picked: File[]) => void bring(picked) }
  })

  function drag(event: DragEvent) {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    setDragging(event.type === 'dragover')
    if (event.type === 'drop') attachments.add([...event.dataTransfer.files])
  }

  const back = () => setAsking(false)
  const { chat: its, ending } = state
  const atEnd = its?.state === 'closed' ? its.mayRate || its.rating || its.mayMail : its && its.id === ending
  if (asking) return <RequestForm state={state} onChat={back} onBack={back} />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the clip does the same for everybody
    <div class="chat" onDragOver={drag} onDragLeave={drag} onDrop={drag}>
      <Standing state={state} />
      <Thread state={state} />
      {its && atEnd && <ChatEnd of={its} key={its.id} />}
      {isAway(state) ? <AwayBar state={state} onAsk={() => setAsking(true)} /> : <Composer state={state} attachments={attachments} />}
      {dragging && <p class="drop">{say('drop')}</p>}
    </div>
  )
}

/** One line on how things stand: no connection, the queue, nobody there, closed. */
function Standing({ state }: { state: State }) {
  const ui = useUi()
  const lost = useLate(state.line === 'down', 3_000)
  const words = lost ? ui.say('lineDown') : standingOf(state, ui)
  return (
    <p class={lost ? 'standing lost' : 'standing'} role="status" dir="auto" hidden={!words}>
      {words}
    </p>
  )
}

function standingOf(state: State, { say, format }: Pick<Ui, 'say' | 'format'>): string | undefined {
  const { chat, site, left, visitor } = state
  if (isAway(state)) {
    if (left) return visitor?.email ? say('left', { number: left, email: visitor.email }) : say('leftHere', { number: left })
    return site?.opensAt ? say('opensAt', { time: format.moment(site.opensAt) }) : site?.offlineText || say('offline')
  }
  if (chat?.state === 'closed') return say('closed')
  if (chat?.state === 'serving') return undefined
  if (site && !site.online) return site.offlineText || say('offlineText')
  if (!chat) return undefined
  const minutes = Math.ceil((chat.usualWait ?? 0) / 60)
  return [
    chat.place ? say('queue', { place: chat.place }) : say('waiting'),
    minutes > 0 && say('usualWait', { time: format.minutes(minutes) }),
  ]
    .filter(Boolean)
    .join('. ')
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
