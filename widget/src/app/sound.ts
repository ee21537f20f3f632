import type { Drawer } from './store/storage.ts'

/** A short sound for a new message. Browsers let it be heard only after the visitor has touched the page. */
export function createSound(drawer: Drawer) {
  let audio: AudioContext | undefined
  for (const sign of ['pointerdown', 'keydown']) addEventListener(sign, () => unlock(), { once: true })

  function unlock() {
    if (typeof AudioContext === 'function') audio ??= new AudioContext()
  }

  const isOn = () => drawer.get('sound') !== 'off'
  return {
    isOn,
    set: (on: boolean) => drawer.set('sound', on ? 'on' : 'off'),
    /** Plays once for a message, in one tab only. */
    play(messageId: string) {
      if (!isOn() || drawer.get('rung') === messageId) return
      drawer.set('rung', messageId)
      if (audio) chime(audio)
    },
  }
}

export type Sound = ReturnType<typeof createSound>

function chime(audio: AudioContext): void {
  void audio.resume()
  const volume = audio.createGain()
  volume.connect(audio.destination)
  volume.gain.setValueAtTime(0.08, audio.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5)
  for (const [pitch, after] of [
    [660, 0],
    [880, 0.12],
  ] as const) {
    const tone = audio.createOscillator()
    tone.frequency.value = pitch
    tone.connect(volume)
    tone.start(audio.currentTime + after)
    tone.stop(audio.currentTime + 0.5)
  }
}
