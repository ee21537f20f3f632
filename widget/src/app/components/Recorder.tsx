import { limits } from '@parley/schema/vocabulary'
import { useEffect, useRef, useState } from 'preact/hooks'
import { IconButton } from './Icon.tsx'
import { useUi } from './ui.ts'

/** In the place of the composer while the visitor speaks. `onDone` is given what he said, or nothing where he thought better of it. */
export function Recorder({ onDone }: { onDone(said?: File): void }) {
  const { say } = useUi()
  const [seconds, setSeconds] = useState(0)
  const [fault, setFault] = useState(false)
  const recorder = useRef<MediaRecorder>(null)
  const box = useRef<HTMLDivElement>(null)

  useEffect(() => {
    box.current?.focus()
    let gone = false
    let clock: ReturnType<typeof setInterval>
    const parts: Blob[] = []
    const stop = () => recorder.current?.state === 'recording' && recorder.current.stop()
    const begin = (stream: MediaStream) => {
      const own = new MediaRecorder(stream, { audioBitsPerSecond: 32_000 })
      recorder.current = own
      own.ondataavailable = ({ data }) => parts.push(data)
      own.onstop = () => {
        for (const track of stream.getTracks()) track.stop()
        const type = own.mimeType.replace(/;.*/, '')
        if (!gone) onDone(new File(parts, `voice.${type.slice(6)}`, { type }))
      }
      own.start()
      clock = setInterval(() => setSeconds((count) => count + 1), 1_000)
      if (gone) stop()
    }
    navigator.mediaDevices.getUserMedia({ audio: true }).then(begin, () => setFault(true))
    return () => {
      gone = true
      clearInterval(clock)
      stop()
    }
  }, [])
  useEffect(() => {
    if (seconds >= limits.voiceSeconds) recorder.current?.stop()
  }, [seconds])

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is for all that is in it
    <div
      class="line"
      ref={box}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onDone()
      }}
    >
      <IconButton icon="close" says={say('discard')} does={() => onDone()} />
      <p class={fault ? 'speaks fault' : 'speaks'} role="status">
        {fault ? say('noVoice') : `● ${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`}
      </p>
      {!fault && <IconButton icon="check" says={say('voiceDone')} look="primary round" does={() => recorder.current?.stop()} />}
    </div>
  )
}
