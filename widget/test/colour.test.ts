import { describe, expect, it } from 'vitest'
import { inkOn, luminance, readColour } from '../src/shared/colour.ts'

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe('the colour of the company', () => {
  it('always carries text that passes WCAG AA, whatever it is', () => {
    const steps = [0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255].map((part) =>
      part.toString(16).padStart(2, '0'),
    )
    const colours = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => `#${red}${green}${blue}`)))
    expect(colours.filter((colour) => contrast(colour, inkOn(colour)) < 4.5)).toEqual([])
  })

  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  })

  it.each(['red', '#12345', '#1234567', 'url(https://evil.example)', '#fff;x:y', 7, null, undefined])(
    'falls back to ours for %j',
    (value) => {
      expect(readColour(value)).toBe('#2563eb')
    },
  )
})
