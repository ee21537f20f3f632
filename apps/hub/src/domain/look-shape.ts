import { type Language, limits, type WidgetSide, type WidgetSize } from '@parley/schema/vocabulary'
import type { Look, LookTexts } from '../db/tables/look.ts'
import { HubError } from '../errors.ts'
import { leastContrast, leastOn, mixed, readable } from './colour.ts'

/** What an admin sets; pictures come by another way. */
export interface LookInput {
  accent?: string | null
  fontColour?: string | null
  backColour?: string | null
  borderColour?: string | null
  welcomeColour?: string | null
  awayColour?: string | null
  closingColour?: string | null
  side: WidgetSide
  size: WidgetSize
  texts: ({ language: Language } & { [text in keyof LookTexts]?: string | null })[]
  showOn: string[]
  hideOn: string[]
}

/** As a chat looks where nobody said how. */
export const usualLook: Look = {
  accent: null,
  fontColour: null,
  backColour: null,
  borderColour: null,
  welcomeColour: null,
  awayColour: null,
  closingColour: null,
  side: 'end',
  size: 'medium',
  texts: {},
  showOn: [],
  hideOn: [],
  pictures: {},
}

/** Refuses what cannot be read, with a colour that can. */
export function lookOf(input: LookInput, pictures: Look['pictures']): Look {
  const colour = (field: 'accent' | 'fontColour' | 'backColour' | 'borderColour' | `${'welcome' | 'away' | 'closing'}Colour`) =>
    colourOf(input[field], field)
  const look: Look = {
    accent: colour('accent'),
    fontColour: colour('fontColour'),
    backColour: colour('backColour'),
    borderColour: colour('borderColour'),
    welcomeColour: colour('welcomeColour'),
    awayColour: colour('awayColour'),
    closingColour: colour('closingColour'),
    side: input.side,
    size: input.size,
    texts: textsOf(input.texts),
    showOn: patternsOf(input.showOn, 'showOn'),
    hideOn: patternsOf(input.hideOn, 'hideOn'),
    pictures,
  }
  ensureReadable(look)
  return look
}

/** What stands behind the text of the list, and what behind a message. */
export function backsOf({ backColour, fontColour, pictures }: Look): { list: string[]; bubble: string } | null {
  if (!backColour || !fontColour) return null
  // A picture shines through its veil: at most so much darker, or lighter.
  const list = pictures.back ? [mixed(backColour, '#000000', seeThrough), mixed(backColour, '#ffffff', seeThrough)] : [backColour]
  return { list, bubble: mixed(backColour, fontColour, 0.07) }
}
/** The share of the picture in what is seen. */
export const seeThrough = 0.1

function ensureReadable(look: Look): void {
  const backs = backsOf(look)
  if (!backs) {
    const own = (['fontColour', 'welcomeColour', 'awayColour', 'closingColour'] as const).some((field) => look[field])
    // On the usual background, light by day and dark by night, no one colour can be read.
    if (look.backColour) throw new HubError('required', { field: 'fontColour' })
    if (own) throw new HubError('required', { field: 'backColour' })
    return
  }
  ensureContrast(look.fontColour, 'fontColour', [...backs.list, backs.bubble])
  for (const field of ['welcomeColour', 'awayColour', 'closingColour'] as const) ensureContrast(look[field], field, [backs.bubble])
}

function ensureContrast(colour: string | null, field: string, backs: string[]): void {
  if (!colour) return
  const ratio = leastOn(colour, backs)
  if (ratio >= leastContrast) return
  throw new HubError('low_contrast', { field, ratio: (Math.floor(ratio * 10) / 10).toFixed(1), better: readable(colour, backs) })
}

function colourOf(value: string | null | undefined, field: string): string | null {
  if (!value) return null
  if (!/^#[0-9a-f]{6}$/i.test(value)) throw new HubError('bad_colour', { field })
  return value.toLowerCase()
}

function textsOf(given: LookInput['texts']): Look['texts'] {
  const texts: Look['texts'] = {}
  for (const { language, ...words } of given) {
    const one = {
      online: shortened(words.online, 'online', limits.launcherText),
      offline: shortened(words.offline, 'offline', limits.launcherText),
      welcome: shortened(words.welcome, 'welcome', limits.notice),
      away: shortened(words.away, 'away', limits.notice),
      closing: shortened(words.closing, 'closing', limits.notice),
    }
    if (Object.values(one).some(Boolean)) texts[language] = one
  }
  return texts
}

function shortened(value: string | null | undefined, field: string, max: number): string {
  const text = value?.trim() ?? ''
  if (text.length > max) throw new HubError('too_long', { field, max })
  return text
}

/** A path such as `/checkout*`, or an address that begins with http. */
function patternsOf(given: string[], field: string): string[] {
  if (given.length > limits.pagePatterns) throw new HubError('too_many', { field, max: limits.pagePatterns })
  return [...new Set(given.map((pattern) => pattern.trim()).filter(Boolean))].map((pattern) => {
    if (pattern.length > limits.url) throw new HubError('too_long', { field, max: limits.url })
    if (!/^(\/|\*|https?:\/\/)/.test(pattern)) throw new HubError('bad_page', { field })
    return pattern
  })
}

/** Whether the chat shows on this page. */
export function showsOn({ showOn, hideOn }: Look, address: string): boolean {
  if (!URL.canParse(address)) return true
  const { origin, pathname, search } = new URL(address)
  const fits = (pattern: string) => fitsPattern(pattern, pattern.startsWith('/') ? pathname + search : origin + pathname + search)
  return (showOn.length === 0 || showOn.some(fits)) && !hideOn.some(fits)
}

/** `*` stands for anything. One way through the text, however it was written. */
function fitsPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (!text.startsWith(first)) return false
  if (rest.length === 0) return text === first
  const last = rest.pop() ?? ''
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
