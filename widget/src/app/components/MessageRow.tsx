import type { Pending } from '../store/outbox.ts'
import { splitLinks } from '../text/links.ts'
import { type WordKey, word } from '../text/words.ts'
import type { Message, Quoted } from '../types.ts'
import { FileCard } from './FileCard.tsx'
import { Icon, IconButton, type IconName } from './Icon.tsx'
import { useUi } from './ui.ts'

interface MessageRowProps {
  message: Message
  /** The message before is by the same person, shortly before. */
  joins: boolean
  /** So is the one after it: the time stands there. */
  goesOn: boolean
  /** The newest of the visitor's own. */
  last: boolean
  observe(element: Element | null): void
}

export function MessageRow({ message, joins, goesOn, last, observe }: MessageRowProps) {
  const { chat, say, format } = useUi()
  const own = message.author === 'you'
  const delivery = own ? message.delivery : null
  const pressed =
    message.buttons?.some(({ chosen }) => chosen) || chat.store.get().pending.some(({ replyTo }) => replyTo?.id === message.id)
  return (
    <article class={`row ${own ? 'own' : 'their'} ${joins ? 'joins' : ''}`}>
      {!joins && !own && message.authorName && (
        <p class="author" dir="auto">
          {message.authorAvatarUrl && <img class="face" src={message.authorAvatarUrl} alt="" />}
          {message.authorName}
        </p>
      )}
      {own && <span class="unseen">{say('you')}: </span>}
      {message.replyTo && !message.removed && <Quote quoted={message.replyTo} />}
      {message.removed ? <p class="bubble ghost">{say('removed')}</p> : <Body text={message.text} own={own} notice={message.notice} />}
      {!message.removed && message.files.map((file) => <FileCard key={file.id} file={file} messageId={message.id} />)}
      {!!message.buttons?.length && (
        <p class="again">
          {message.buttons.map(({ label, chosen }) => (
            <button
              key={label}
              type="button"
              dir="auto"
              disabled={pressed}
              aria-pressed={chosen}
              onClick={() => chat.press(message, label)}
            >
              {label}
            </button>
          ))}
        </p>
      )}
      {!message.removed && !!message.reactions?.length && (
        <p class="reactions">
          {message.reactions.map(({ emoji, by }) => (
            <span key={by} title={by}>
              {emoji}
              <span class="unseen"> {by}</span>
            </span>
          ))}
        </p>
      )}
      <p class={goesOn && !own ? 'meta bare' : 'meta'} ref={own ? null : observe} data-id={message.id}>
        {message.edited && !message.removed && `${say('edited')} · `}
        <time dateTime={message.at} title={format.exact(message.at)}>
          {format.time(message.at)}
        </time>
        {delivery && <Tick delivery={delivery} words={last} />}
      </p>
      {!message.removed && <IconButton icon="reply" says={say('reply')} look="reply" does={() => chat.store.set({ quoting: message })} />}
    </article>
  )
}

/** A message that the hub does not have yet, or will not have. */
export function PendingRow({ item }: { item: Pending }) {
  const { chat, say } = useUi()
  const failed = item.failed !== undefined
  return (
    <article class={`row own ${failed ? 'failed' : ''}`}>
      <span class="unseen">{say('you')}: </span>
      {item.replyTo && <Quote quoted={item.replyTo} />}
      <Body text={item.text} own />
      {item.files.map((file) => (
        <FileCard key={file.id} file={file} />
      ))}
      <p class="meta">
        <Tick delivery={failed ? 'failed' : 'sending'} words />
      </p>
      {failed && (
        <div class="again" role="alert">
          {item.failed && <p class="fault">{item.failed}</p>}
          <button type="button" onClick={() => chat.outbox.retry(item.clientId)}>
            {say('retry')}
          </button>
          <button type="button" onClick={() => chat.outbox.drop(item.clientId)}>
            {say('discard')}
          </button>
        </div>
      )}
    </article>
  )
}

/** What is answered, in two lines at most. */
export function Quote({ quoted }: { quoted: Quoted }) {
  const { say } = useUi()
  return (
    <blockquote dir="auto">
      <b>{quoted.author === 'you' ? say('you') : quoted.authorName}</b>
      <span>{quoted.removed ? say('removed') : (quoted.text ?? say('message'))}</span>
    </blockquote>
  )
}

function Body({ text, own, notice }: { text: string | null; own: boolean; notice?: Message['notice'] }) {
  if (!text) return null
  return (
    <p class={`bubble ${own ? 'mine' : 'theirs'}`} style={notice ? `color:var(--${notice})` : ''} dir="auto">
      {splitLinks(text).map((part, at) =>
        part.href ? (
          <a key={at} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  )
}

const ticks: Record<NonNullable<Message['delivery']>, { icon: IconName; word: WordKey; mood?: 'read' | 'failed' }> = {
  queued: { icon: 'clock', word: word('sending') },
  sending: { icon: 'clock', word: word('sending') },
  unknown: { icon: 'check', word: word('sent') },
  sent: { icon: 'check', word: word('sent') },
  delivered: { icon: 'checks', word: word('delivered') },
  read: { icon: 'checks', word: word('read'), mood: 'read' },
  failed: { icon: 'warning', word: word('failed'), mood: 'failed' },
}

/** How far a message got: a mark, and in words for the newest one and for screen readers. */
function Tick({ delivery, words }: { delivery: NonNullable<Message['delivery']>; words: boolean }) {
  const { say } = useUi()
  const { icon, word, mood = '' } = ticks[delivery]
  return (
    <span class={`tick ${mood}`} title={say(word)}>
      <Icon name={icon} />
      <span class={words ? '' : 'unseen'}>{say(word)}</span>
    </span>
  )
}
