const bars = 48

/** How loud a sound is along its length: 48 figures from 0 to 1. Throws where the browser cannot read it. */
export async function peaksOf(url: string): Promise<number[]> {
  const bytes = await (await fetch(url)).arrayBuffer()
  const { length, ...sound } = await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(bytes).then((decoded) => ({
    length: decoded.length,
    samples: decoded.getChannelData(0),
  }))
  return inBars(Array.from({ length: Math.min(length, 4_800) }, (_, at) => Math.abs(sound.samples[Math.floor((at * length) / 4_800)] ?? 0)))
}

/** Any number of levels as 48, the loudest of them as 1. */
export function inBars(levels: readonly number[]): number[] {
  const raw = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * levels.length) / bars)
    return Math.max(0, ...levels.slice(from, Math.max(from + 1, Math.floor(((bar + 1) * levels.length) / bars))))
  })
  const most = Math.max(...raw, 0.01)
  return raw.map((level) => level / most)
}
