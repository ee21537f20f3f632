import { useState } from 'preact/hooks'
import type { File } from '../types.ts'
import { Icon } from './Icon.tsx'
import { useUi } from './ui.ts'

/** A file of a message: a small picture if it is one, else name and size. A click downloads it. */
export function FileCard({ file, messageId }: { file: File; messageId?: string }) {
  const { chat, say, format } = useUi()
  const [broken, setBroken] = useState(false)
  const preview = broken ? null : file.thumbnailUrl
  const name = file.name

  async function download(event: Event) {
    event.preventDefault()
    if (!messageId) return
    const { url } = (await chat.freshFile(messageId, file.id)) ?? {}
    if (!url) return
    const link = document.createElement('a')
    link.href = url
    link.download = name
    link.click()
  }

  async function renew() {
    const before = file.thumbnailUrl
    const fresh = messageId ? await chat.freshFile(messageId, file.id) : undefined
    if (!fresh || fresh.thumbnailUrl === before) setBroken(true)
  }

  if (!file.url)
    return (
      <p class="file">
        <Icon name="file" />
        <span>
          <b dir="auto">{name}</b>
          <small>{messageId ? say('fileGone') : format.size(file.size)}</small>
        </span>
      </p>
    )
  if (file.kind === 'audio' || file.kind === 'voice')
    // biome-ignore lint/a11y/useMediaCaption: nobody has written down what a voice note says
    return <audio controls preload="none" src={file.url} aria-label={name} onError={renew} />
  if (preview)
    return (
      <a class="picture" href={file.url} onClick={download} title={name} aria-label={say('download', { name })}>
        <img src={preview} alt={say('picture', { name })} {...fitted(file)} onError={renew} />
      </a>
    )
  return (
    <a class="file" href={file.url} onClick={download} title={say('download', { name })}>
      <Icon name="file" />
      <span>
        <b dir="auto">{name}</b>
        <small>{format.size(file.size)}</small>
      </span>
    </a>
  )
}

/** Width and height on the screen, known before the picture is here: nothing jumps when it comes. */
function fitted({ width, height }: File): { width?: number; height?: number } {
  if (!width || !height) return {}
  const scale = Math.min(1, 260 / width, 240 / height)
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}
