import type { Language, WidgetNotice, WidgetPicture } from '@parley/schema/vocabulary'
import type { Look } from '../db/tables/look.ts'
import { contrast, leastContrast, luminance, mixed, readable } from './colour.ts'
import { backsOf, seeThrough } from './look-shape.ts'

/** A picture as it is drawn. */
export interface DrawnPicture {
  /** Whole, so that it holds on any page. */
  url: string
  width: number
  height: number
}
export type DrawnPictures = Partial<Record<WidgetPicture, DrawnPicture>>

/** What the chat of a website is handed: nothing in it is said by anybody but the hub. */
export interface Face {
  /** Declarations for the root of the chat. */
  chatStyle: string
  /** A sheet for the button and the panel on the page. */
  launcherStyle: string
  logoUrl: string | null
}

/** `usualAccent`: of the website, where the look has none. */
export const faceOf = (look: Look, pictures: DrawnPictures, usualAccent: unknown): Face => ({
  chatStyle: chatStyle(look, pictures),
  launcherStyle: launcherStyle(look, pictures, accentOf(look, usualAccent)),
  logoUrl: pictures.logo?.url ?? null,
})

/** The company's colour, #rrggbb. */
export const accentOf = ({ accent }: Look, usual: unknown): string =>
  accent ?? (typeof usual === 'string' && /^#[\da-f]{6}$/i.test(usual) ? usual : '#2563eb')

/** In the visitor's language, else in the company's; '' where nothing was written. */
export const textIn = (look: Look, text: 'online' | 'offline' | WidgetNotice, ...order: (Language | null)[]): string =>
  order.map((language) => (language && look.texts[language]?.[text]) || '').find(Boolean) ?? ''

function chatStyle(look: Look, { back }: DrawnPictures): string {
  const { backColour, fontColour, borderColour } = look
  const own = backsOf(look)
  const vars: [name: string, value: string | null][] = [['--line', borderColour]]
  if (own && backColour && fontColour) {
    const all = [...own.list, own.bubble]
    const usual = (colour: string) => readable(colour, all)
    vars.push(
      ['color-scheme', luminance(backColour) > 0.18 ? 'light' : 'dark'],
      ['--back', backColour],
      ['--text', fontColour],
      ['--raised', own.bubble],
      ['--quiet', usual(mixed(fontColour, backColour, 0.25))],
      ['--line', borderColour ?? mixed(backColour, fontColour, 0.25)],
      ['--fault', usual('#b3261e')],
      ['--here', usual('#17803d')],
      ['--star', usual('#b45309')],
      ['--welcome', look.welcomeColour],
      ['--away', look.awayColour],
      ['--closing', look.closingColour],
      ['--picture', back ? pictured(backColour, back) : null],
    )
  }
  return vars.flatMap(([name, value]) => (value ? `${name}:${value}` : [])).join(';')
}

function pictured(backColour: string, { url }: DrawnPicture): string {
  const veil = `${backColour}${Math.round((1 - seeThrough) * 255).toString(16)}`
  return `linear-gradient(${veil},${veil}),url("${url}") center/cover`
}

const sizes = {
  small: { width: 340, height: 540, button: 44, font: 14, picture: 64 },
  medium: null,
  large: { width: 440, height: 740, button: 62, font: 17, picture: 128 },
}
const usualPicture = 96
/** Where the panel does not fill the screen. */
const roomy = '@media(min-width:481px) and (min-height:481px)'

function launcherStyle({ side, size, borderColour, backColour }: Look, { online, offline }: DrawnPictures, accent: string): string {
  const sized = sizes[size]
  const most = sized?.picture ?? usualPicture
  const ink = contrast(accent, '#ffffff') >= leastContrast ? '#fff' : '#000'
  return [
    `button{--a:${accent};--i:${ink}}`,
    side === 'start' && ':host{inset-inline:20px auto!important}button,b{inset-inline:0 auto}',
    side === 'start' && `${roomy}{div{inset-inline:0 auto}}`,
    sized &&
      `button{height:${sized.button}px;font-size:${sized.font}px}b{bottom:${sized.button - 14}px}${roomy}{div{bottom:${sized.button + 16}px;width:${sized.width}px;height:min(${sized.height}px,100vh - ${sized.button + 56}px)}}`,
    borderColour && `${roomy}{div{box-shadow:0 0 0 1px ${borderColour},0 2px 40px #0005}}`,
    backColour && `div{background:${backColour}}`,
    online && drawn('button:not(.open)', online, most),
    offline && drawn('button.off:not(.open)', offline, most),
  ]
    .filter(Boolean)
    .join('')
}

/** A picture in the button's place; its words are said aloud only. */
function drawn(where: string, { url, width, height }: DrawnPicture, most: number): string {
  const scale = Math.min(1, most / height, (most * 2.5) / width)
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)]
  return `${where}{width:${wide}px;height:${high}px;padding:0;border-radius:8px;background:url("${url}") center/contain no-repeat;box-shadow:none}${where} svg,${where} span{display:none}`
}
