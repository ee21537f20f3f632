import type { Capabilities } from '@parley/schema/connector'

/** What is handed to the channels: Opus in Ogg, which those take that know voice notes. */
export const voiceMime = 'audio/ogg'

/** What this browser can record: Ogg as it is, or WebM, whose sound is put into Ogg as it is. */
export const recordingMime = (): string | undefined =>
  ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus'].find(
    (mime) => typeof MediaRecorder !== 'undefined' && MediaRecorder.isTypeSupported(mime),
  )

/** Why no voice note can be recorded for a channel, as a key of the words; null: it can. */
export function whyNoVoice(can: Capabilities | undefined): 'channelCannot' | 'browserCannot' | null {
  const takes = [...(can?.media.voice?.mime ?? []), ...(can?.media.audio?.mime ?? [])]
  if (can && !takes.some((mime) => mime === voiceMime || mime === 'audio/*')) return 'channelCannot'
  return recordingMime() && navigator.mediaDevices ? null : 'browserCannot'
}
