/** The colour if it is `#rrggbb`, else the hub's own blue. */
export function readColour(text: unknown): string {
  return typeof text === 'string' && /^#[\da-f]{6}$/i.test(text) ? text : '#2563eb'
}

/** White where it passes WCAG AA (4.5 : 1) on the colour `#rrggbb`, else black, which then passes with more than 4.6 : 1. */
export function inkOn(colour: string): string {
  // 1.05 / (luminance + 0.05) = 4.5
  return luminance(colour) > 0.1833 ? '#000' : '#fff'
}

/** Relative luminance after WCAG 2.2, from 0 to 1. */
export function luminance(colour: string): number {
  const part = (at: number) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share > 0.04 ? ((share + 0.055) / 1.055) ** 2.4 : share / 12.92
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}
