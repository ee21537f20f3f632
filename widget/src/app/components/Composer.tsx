import { limits } from '@parley/schema/vocabulary'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Attachments } from '../store/attachments.ts'
import type { State } from '../store/state.ts'
import { Emoji } from './Emoji.tsx'
import { IconButton } from './Icon.tsx'
import { Quote } from './MessageRow.tsx'
import { Recorder } from './Recorder.tsx'
import { StagedFiles } from './StagedFiles.tsx'
import { useUi } from './ui.ts'
import { useFocusOnOpen } from './useFocusOnOpen.ts'

/** Browsers have it on pages that came over a line nobody else reads. */
const canRecord = typeof MediaRecorder === 'function' && !!navigator.mediaDevices

/** The place to write. Enter sends, Shift+Enter breaks the line; on touch screens Enter breaks it. What is typed survives a reload. */
export function Composer({ state, attachments }: { state: State; attachments: Attachments }) {
  const { chat, drawer, say } = useUi()
  const area = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(drawer.get('draft') ?? '')
  const [due, setDue] = useState(false)
  const [opened, open] = useState<'emoji' | 'voice'>()
  const tooLong = text.length - limits.messageText
  const empty = !text.trim() && !attachments.list().length
  useFocusOnOpen(area, state.open)
  useEffect(grow, [text])
  const { quoting } = state
  useEffect(() => {
    if (quoting) area.current?.focus()
  }, [quoting])
  useEffect(() => {
    if (due && attachments.ready()) send()
  })

  function write(value: string) {
    setText(value)
    setDue(false)
    if (value) {
      drawer.set('draft', value)
      chat.typing.typed(value)
    } else {
      drawer.remove('draft')
      chat.typing.stopped()
    }
  }

  /** Sends now, or as soon as the last file has arrived. */
  function send() {
    if (empty || tooLong > 0) return setDue(false)
    if (!attachments.ready()) return setDue(true)
    setDue(false)
    chat.send({ text: text.trim(), files: attachments.take() })
    setText('')
    drawer.remove('draft')
    area.current?.focus()
  }

  function key(event: KeyboardEvent) {
    if (event.key === 'Escape' && quoting) {
      event.stopPropagation()
      chat.store.set({ quoting: undefined })
    }
    // 229 is what Safari says while an input method is at work.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    if (matchMedia('(pointer: coarse)').matches) return
    event.preventDefault()
    send()
  }

  function pick(emoji?: string) {
    open(undefined)
    const box = area.current
    if (!box) return
    box.focus()
    if (!emoji) return
    box.setRangeText(emoji, box.selectionStart, box.selectionEnd, 'end')
    write(box.value)
  }

  function spoken(said?: File) {
    pick()
    if (said) attachments.add([said])
  }
  // Nobody is listened to behind a panel that is shut.
  useEffect(() => {
    if (!state.open) open(undefined)
  }, [state.open])

  function paste(event: ClipboardEvent) {
    const files = [...(event.clipboardData?.files ?? [])]
    if (!files.length) return
    event.preventDefault()
    attachments.add(files)
  }

  function picked() {
    const files = picker.current?.files
    if (files) attachments.add([...files])
    // The same file may be chosen again.
    if (picker.current) picker.current.value = ''
  }

  function grow() {
    const box = area.current
    if (!box) return
    box.style.height = 'auto'
    box.style.height = `${Math.min(box.scrollHeight + 2, 140)}px`
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {quoting && (
        <div class="quoting">
          <Quote quoted={quoting} />
          <IconButton icon="close" says={say('noReply')} does={() => chat.store.set({ quoting: undefined })} />
        </div>
      )}
      <StagedFiles attachments={attachments} />
      {tooLong > 0 && (
        <p class="fault" role="alert">
          {say('tooLong', { count: tooLong })}
        </p>
      )}
      {opened === 'emoji' && <Emoji onPick={pick} />}
      {opened === 'voice' && <Recorder onDone={spoken} />}
      <div class="line" hidden={opened === 'voice'}>
        <input ref={picker} type="file" multiple hidden onChange={picked} aria-label={say('attach')} />
        <IconButton icon="clip" says={say('attach')} does={() => picker.current?.click()} />
        {canRecord && !!state.site?.maxFileBytes && <IconButton icon="mic" says={say('voice')} does={() => open('voice')} />}
        <textarea
          ref={area}
          rows={1}
          dir="auto"
          value={text}
          placeholder={say('write')}
          aria-label={say('message')}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={key}
          onPaste={paste}
          onBlur={chat.typing.stopped}
        />
        <IconButton icon="smile" says={say('emoji')} look="plain smile" pressed={!!opened} does={() => (opened ? pick() : open('emoji'))} />
        <IconButton icon="send" says={say('send')} look="primary round" disabled={empty || due} />
      </div>
      {state.site?.previewsTyping && <p class="meta">{say('previews')}</p>}
    </form>
  )
}
