import type { Arg } from './command.ts'
import { parseMime } from './mime.ts'
import { inRange, type Kept } from './world.ts'

/** The letters to which all that was asked applies. */
export function searched(letters: Kept[], args: Arg[], unknown: (what: string) => void): Kept[] {
  const words = args.map((arg) => (Array.isArray(arg) ? '' : arg.toString()))
  let found = letters
  while (words.length > 0) {
    const key = (words.shift() ?? '').toUpperCase()
    if (key === 'ALL' || key === 'CHARSET') continue
    const take = () => words.shift() ?? ''
    if (key === 'UID') found = inRange(found, take())
    else if (key === 'SINCE') found = since(found, take())
    else if (key === 'HEADER') found = withHeader(found, take(), take())
    else unknown(`SEARCH ${key}`)
  }
  return found
}

const since = (letters: Kept[], day: string): Kept[] => letters.filter(({ at }) => at >= Date.parse(`${day} UTC`))

function withHeader(letters: Kept[], name: string, value: string): Kept[] {
  return letters.filter(({ source }) => (parseMime(source).headers[name.toLowerCase()] ?? '').toLowerCase().includes(value.toLowerCase()))
}
