/** Colours are `#rrggbb`, contrasts those of WCAG 2.2. */

/** What small text needs to be read. */
export const leastContrast = 4.5

const channelsOf = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))

/** Relative luminance, from 0 to 1. */
export function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((value) => {
    const share = value / 255
    return share > 0.04045 ? ((share + 0.055) / 1.055) ** 2.4 : share / 12.92
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** The least of its contrasts with these. */
export const leastOn = (colour: string, backs: string[]): number => Math.min(...backs.map((back) => contrast(colour, back)))

/** `share` of the other colour in the first. */
export function mixed(colour: string, other: string, share: number): string {
  const with_ = channelsOf(other)
  const parts = channelsOf(colour).map((value, at) => Math.round(value + ((with_[at] ?? 0) - value) * share))
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

/** The colour if it can be read on all of these, else the nearest one that can, towards black or white; the best there is where none can. */
export function readable(colour: string, backs: string[]): string {
  for (let share = 0; share <= 1; share += 0.02)
    for (const end of ['#000000', '#ffffff']) {
      const found = mixed(colour, end, share)
      if (leastOn(found, backs) >= leastContrast) return found
    }
  return leastOn('#000000', backs) > leastOn('#ffffff', backs) ? '#000000' : '#ffffff'
}
