import type { Random } from './random.ts'
import { type Gender, models, type Sample } from './sample.ts'
import type { Topic } from './topic.ts'

export const enclosures = ['bike', 'wheel', 'box', 'receipt', 'invoice', 'voice', 'place'] as const
/** What may hang on a line: a picture, a paper, a voice message, a place on the map. */
export type Enclosure = (typeof enclosures)[number]

export type Line =
  | { kind: 'say'; by: 'customer' | 'operator'; text: string; enclosure?: Enclosure }
  | { kind: 'edit'; text: string }
  | { kind: 'react'; emoji: string }
  | { kind: 'transfer'; to: Topic; comment: string }

/** One conversation. `mobile`: it has what only a messenger can do (voice, place, edit). */
export interface Scene {
  topic: Topic
  lines: Line[]
  mobile: boolean
}

/**
 * Reads conversations: `# topic` begins one, `>` is the customer, `<` the operator, `*` the customer's line before as he edited
 * it, `!` the emoji he puts on the operator's line before, `^ topic comment` a transfer; `[bike]` in front of a text encloses.
 */
export function readScenes(text: string): Scene[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map((part) => {
      const [topic = '', ...rest] = part.trim().split('\n')
      const lines = rest.filter((line) => line.trim()).map(readLine)
      const mobile = lines.some(
        (line) => line.kind === 'edit' || (line.kind === 'say' && (line.enclosure === 'voice' || line.enclosure === 'place')),
      )
      return { topic: topic.trim() as Topic, lines, mobile }
    })
}

function readLine(line: string): Line {
  const [mark, body] = [line.slice(0, 1), line.slice(2).trim()]
  if (mark === '*') return { kind: 'edit', text: body }
  if (mark === '!') return { kind: 'react', emoji: body }
  const [, first = '', text = ''] = (mark === '^' ? /^(\w+) (.+)$/ : /^(?:\[(\w+)\])? ?(.*)$/).exec(body) ?? []
  if (mark === '^') return { kind: 'transfer', to: first as Topic, comment: text }
  if (mark !== '>' && mark !== '<') throw new Error(`a conversation has a line that begins with ${mark}`)
  return { kind: 'say', by: mark === '>' ? 'customer' : 'operator', text, ...(first && { enclosure: first as Enclosure }) }
}

export interface Speaker {
  /** As the other one calls him. */
  name: string
  gender: Gender
}
/** What stays the same in one conversation, and who is in it. */
export interface Setting {
  sample: Sample
  random: Random
  customer: Speaker
  operator: Speaker
  values: Record<string, string>
}

export function settingOf(sample: Sample, random: Random, customer: Speaker, operator: Speaker): Setting {
  const { cities, streets, companies } = sample
  const values = {
    model: random.pick(models),
    size: random.pick(['S', 'M', 'L', 'XL']),
    count: String(random.between(2, 6)),
    days: String(random.between(2, 5)),
    order: `BB-${random.between(10_200, 48_900)}`,
    city: random.pick(cities),
    street: random.pick(streets),
    company: random.pick(companies),
  }
  return { sample, random, customer, operator, values }
}

/** The text as this speaker says it in this conversation. */
export function wordsOf(text: string, by: 'customer' | 'operator', setting: Setting): string {
  const { sample, random } = setting
  const choices: Record<string, readonly string[]> = {
    hello: sample.hello,
    thanks: sample.thanks,
    welcome: sample.welcome,
    bye: sample.bye,
  }
  const known: Record<string, string> = { ...setting.values, name: setting.customer.name, operator: setting.operator.name }
  const chosen = (name: string, before: string): string => {
    const words = random.pick(choices[name] ?? [''])
    // In the middle of a sentence it goes on small.
    return /, $/.test(before) ? words.replace(/\p{L}/u, (letter) => letter.toLowerCase()) : words
  }
  const filled = text
    .replace(/(\{(?:hello|welcome)\} )(\p{Ll})/u, (_, greeting: string, letter: string) => greeting + letter.toUpperCase())
    .replace(/\{(\w+)\}/g, (token, name: string, place: number) =>
      choices[name] ? chosen(name, text.slice(0, place)) : (known[name] ?? token),
    )
  return gendered(filled, setting[by].gender).replace(/\{(\w+)\}/g, (token, name: string) => known[name] ?? token)
}

/** `{a|b}` as a man or as a woman says it. */
export const gendered = (text: string, gender: Gender): string =>
  text.replace(/\{([^{}|]*)\|([^{}|]*)\}/g, (_, he: string, she: string) => (gender === 'm' ? he : she))

const cyrillic: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
}

/** A name in small Latin letters, as it stands in an address. */
export const latin = (name: string): string =>
  [...name.toLowerCase()]
    .map((letter) => cyrillic[letter] ?? letter)
    .join('')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '')
