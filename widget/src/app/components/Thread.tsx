import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type State, waitingOf } from '../store/state.ts'
import { sameDay } from '../text/format.ts'
import type { Message } from '../types.ts'
import { IconButton } from './Icon.tsx'
import { MessageRow, PendingRow } from './MessageRow.tsx'
import { useUi } from './ui.ts'
import { useSeen } from './useSeen.ts'

/** What was said, oldest first; it stays at the end until the visitor scrolls up, and keeps its place when older messages load. */
export function Thread({ state }: { state: State }) {
  const { chat, say, format } = useUi()
  const list = useRef<HTMLElement>(null)
  const observe = useSeen(list, chat.receipts.shown)
  const [away, setAway] = useState(false)
  const place = useRef({ height: 0, first: '', atEnd: true })
  const loading = useRef(false)

  const waiting = waitingOf(state)
  const { messages, site } = state
  const first = messages[0]?.id ?? ''
  const lastOwn = [...messages].reverse().find((message) => message.author === 'you')?.id

  function keepPlace() {
    const box = list.current
    if (!box) return
    const was = place.current
    const grewAbove = was.first !== first && messages.some((message) => message.id === was.first)
    if (was.atEnd) box.scrollTop = box.scrollHeight
    else if (grewAbove) box.scrollTop += box.scrollHeight - was.height
    place.current = { ...was, height: box.scrollHeight, first }
  }
  useLayoutEffect(keepPlace)
  useLayoutEffect(() => {
    // What was just written is where the eye is.
    if (waiting.length) toEnd()
  }, [waiting[waiting.length - 1]?.clientId])
  useEffect(() => {
    if (!list.current) return
    const watcher = new ResizeObserver(keepPlace)
    watcher.observe(list.current)
    return () => watcher.disconnect()
  }, [])

  function scrolled() {
    const box = list.current
    if (!box) return
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 48
    place.current = { ...place.current, atEnd, height: box.scrollHeight }
    setAway(!atEnd)
    if (box.scrollTop < 200) void older()
  }

  async function older() {
    if (loading.current || !state.older) return
    loading.current = true
    await chat.more()
    loading.current = false
  }

  function toEnd() {
    place.current.atEnd = true
    const box = list.current
    if (box) box.scrollTop = box.scrollHeight
  }

  return (
    <div class="thread">
      <section
        class="list"
        ref={list}
        onScroll={scrolled}
        onLoadCapture={keepPlace}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
        tabIndex={0}
        aria-label={say('conversation')}
      >
        {state.older ? (
          <button type="button" class="older" onClick={older}>
            {say('older')}
          </button>
        ) : (
          <p class="bubble theirs" dir="auto">
            {site?.greeting || say('greeting')}
          </p>
        )}
        {messages.map((message, at) => {
          const before = messages[at - 1]
          const after = messages[at + 1]
          return [
            (!before || !sameDay(before.at, message.at)) && (
              <p class="day" key={`day-${message.id}`}>
                {format.day(message.at)}
              </p>
            ),
            <MessageRow
              key={message.id}
              message={message}
              joins={!!before && isSameVoice(before, message)}
              goesOn={!!after && isSameVoice(message, after)}
              last={message.id === lastOwn && !waiting.length}
              observe={observe}
            />,
          ]
        })}
        {waiting.map((item) => (
          <PendingRow key={item.clientId} item={item} />
        ))}
        {state.typing && (
          <p class="typing" dir="auto">
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {say('typing', { name: state.chat?.operatorName ?? site?.name ?? '' })}
          </p>
        )}
      </section>
      {away && <IconButton icon="down" says={say('newest')} look="newest" does={toEnd} />}
      <Announcer messages={messages} />
    </div>
  )
}

/** Says new messages aloud to a screen reader, and only those that arrive while one is here. */
function Announcer({ messages }: { messages: Message[] }) {
  const { say } = useUi()
  const known = useRef<Set<string> | null>(null)
  const [said, setSaid] = useState<string[]>([])
  useEffect(() => {
    const before = known.current
    known.current = new Set(messages.map((message) => message.id))
    const last = messages[messages.length - 1]
    if (!before || !last || last.author === 'you' || before.has(last.id)) return
    setSaid((all) => [...all.slice(-4), last.id])
  }, [messages])
  // As it is now: what was deleted must not be read out, and what was changed is read as it was meant.
  const wordsOf = ({ authorName, text, files, removed }: Message) =>
    `${authorName ?? say('message')}: ${removed ? say('removed') : (text ?? files.map((file) => file.name).join(', '))}`
  return (
    <div class="unseen" role="log" aria-live="polite">
      {messages
        .filter(({ id }) => said.includes(id))
        .map((message) => (
          <p key={message.id}>{wordsOf(message)}</p>
        ))}
    </div>
  )
}

function isSameVoice(one: Message, other: Message): boolean {
  return one.author === other.author && one.authorName === other.authorName && Date.parse(other.at) - Date.parse(one.at) < 300_000
}
