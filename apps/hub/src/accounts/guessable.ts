/** How much must be left of a password once everything guessable is taken out of it. Characters. */
const leastLeft = 6
const productWords = [
  'parley',
  'password',
  'senha',
  'contraseña',
  'пароль',
  'operator',
  'welcome',
  'support',
  'atendimento',
  'suporte',
  'soporte',
  'поддержка',
  'admin',
  'chat',
  'hub',
  'demo',
]
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
  'абвгдежзиклмнопрстуфхцчшщэюя',
]
const lookalikes: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }

let common: Promise<ReadonlySet<string>> | undefined

/** Read when the first password is set: most hubs never need the list in memory. Words of at least 4 characters. */
function commonWords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set((dictionary['passwords-common'] as readonly string[]).slice(0, 5_000).filter((word) => word.length >= 4)),
  )
  return common
}

/**
 * Whether a password is little more than common passwords, words of the product, the person's own data, runs of the
 * keyboard or repetition. Case and the usual look-alikes (p4ssw0rd) make no difference.
 */
export async function isGuessable(password: string, about: readonly string[]): Promise<boolean> {
  const plain = password.toLowerCase().slice(0, 128)
  const words = await commonWords()
  const own = [...about.flatMap(partsOf), ...productWords]
  return [plain, [...plain].map((character) => lookalikes[character] ?? character).join('')].some(
    (text) => substance(text, words, own) < leastLeft,
  )
}

/** Distinct characters left over after the guessable parts. */
function substance(text: string, words: ReadonlySet<string>, own: readonly string[]): number {
  let rest = text
  for (const word of own) rest = rest.replaceAll(word, ' ')
  rest = withoutWords(withoutRuns(rest), words)
  return new Set(rest.replace(/[\s\d\p{P}\p{S}]{1,4}$/u, '').replaceAll(' ', '')).size
}

/** Longest words first, so that "superman" goes as one. */
function withoutWords(text: string, words: ReadonlySet<string>): string {
  let left = ''
  for (let at = 0; at < text.length; ) {
    const length = wordAt(text, at, words)
    left += length ? ' ' : text[at]
    at += length || 1
  }
  return left
}

function wordAt(text: string, at: number, words: ReadonlySet<string>): number {
  for (let length = Math.min(20, text.length - at); length >= 4; length--) if (words.has(text.slice(at, at + length))) return length
  return 0
}

/** Neighbours on the keyboard or in the alphabet, either way, and the same character again and again: four or more in a row. */
function withoutRuns(text: string): string {
  let left = ''
  for (let at = 0; at < text.length; ) {
    const length = runAt(text, at)
    left += length >= 4 ? ' ' : text.slice(at, at + 1)
    at += length >= 4 ? length : 1
  }
  return left
}

function runAt(text: string, at: number): number {
  let longest = 1
  while (text[at + longest] === text[at]) longest += 1
  for (const row of rows) {
    for (const line of [row, [...row].reverse().join('')]) {
      let length = 4
      while (at + length <= text.length && line.includes(text.slice(at, at + length))) longest = Math.max(longest, length++)
    }
  }
  return longest
}

const partsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part.length >= 4)
