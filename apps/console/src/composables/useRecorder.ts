import { onScopeDispose, ref } from 'vue'
import { recordingMime, voiceMime } from './voiceFormats.ts'

const mostMs = 15 * 60_000
const levelEveryMs = 100

/**
 * A voice note in the making. `levels`: how loud it was, 0 to 1, ten times a second. `left`: is given what was recorded where the
 * place is left before it was sent or thrown away.
 */
export function useRecorder(left: (file: File) => void) {
  const state = ref<'asking' | 'recording' | 'paused' | 'ready' | 'denied' | 'failed'>('asking')
  const levels = ref<number[]>([])
  const elapsedMs = ref(0)
  const file = ref<File | null>(null)
  let stream: MediaStream | undefined
  let recorder: MediaRecorder | undefined
  let sound: AudioContext | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  const chunks: Blob[] = []
  let isGone = false
  let isSettled = false

  async function start(): Promise<void> {
    try {
      const given = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } })
      stream = given
      if (isGone) {
        release()
        return
      }
      recorder = new MediaRecorder(stream, { mimeType: recordingMime(), audioBitsPerSecond: 32_000 })
      recorder.ondataavailable = ({ data }) => data.size > 0 && chunks.push(data)
      recorder.onerror = () => end('failed')
      recorder.start(1_000)
      measure(stream)
      state.value = 'recording'
    } catch (error) {
      end(error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'failed')
    }
  }

  function measure(source: MediaStream): void {
    sound = new AudioContext()
    const analyser = sound.createAnalyser()
    analyser.fftSize = 1024
    sound.createMediaStreamSource(source).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    timer = setInterval(() => {
      if (state.value !== 'recording') return
      analyser.getFloatTimeDomainData(samples)
      const loudness = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
      levels.value = [...levels.value, Math.min(1, loudness * 5)]
      elapsedMs.value += levelEveryMs
      if (elapsedMs.value >= mostMs) void finish()
    }, levelEveryMs)
  }

  function pause(): void {
    recorder?.pause()
    state.value = 'paused'
  }
  function resume(): void {
    recorder?.resume()
    state.value = 'recording'
  }

  let ending: Promise<void> | undefined
  /** Ends the recording; `file` is what can be heard and sent. */
  const finish = () => (ending ??= conclude())
  async function conclude(): Promise<void> {
    if (!recorder || recorder.state === 'inactive') return
    const stopped = new Promise((resolve) => recorder?.addEventListener('stop', resolve, { once: true }))
    recorder.stop()
    await stopped
    release()
    try {
      const recorded = new Blob(chunks, { type: recorder.mimeType })
      const ogg = recorder.mimeType.startsWith(voiceMime) ? recorded : await (await import('./oggOf.ts')).oggOf(recorded)
      const name = `voice-${new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-')}.ogg`
      file.value = new File([ogg], name, { type: voiceMime })
      state.value = 'ready'
    } catch {
      state.value = 'failed'
    }
  }

  function release(): void {
    clearInterval(timer)
    for (const track of stream?.getTracks() ?? []) track.stop()
    void sound?.close().catch(() => {})
    sound = undefined
  }
  function end(why: 'denied' | 'failed'): void {
    release()
    state.value = why
  }
  onScopeDispose(() => {
    isGone = true
    void finish().then(() => {
      release()
      if (file.value && !isSettled) left(file.value)
    })
  })
  return { state, levels, elapsedMs, file, start, pause, resume, finish, settle: () => (isSettled = true) }
}
