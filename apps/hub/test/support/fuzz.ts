/** Values that a reader who trusts too much stumbles over. */
const odd: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  9_007_199_254_740_991,
  1.5,
  '',
  ' ',
  'null',
  '\u0000',
  '\ud800',
  '\u202e',
  'x'.repeat(5_000),
  '👩‍👩‍👧‍👦'.repeat(300),
  "'; drop table messages; --",
  '00000000-0000-0000-0000-000000000000',
  [],
  {},
  [[]],
  [null, {}],
  { id: null },
  { __proto__: 1, constructor: 2, toString: 3 },
  'NaN',
  '1'.repeat(40),
  '2026-01-01T00:00:00Z',
]

/** A function that mutilates a delivery; the same seed and number give the same bytes. */
export function mutatorFrom(seed: number): (sample: object, n: number) => string {
  return (sample, n) => {
    const random = randomFrom(seed + n * 7_919)
    const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T
    const body: unknown = structuredClone(sample)
    for (let times = 1 + Math.floor(random() * 4); times > 0; times--) change(body, random, pick)
    let text = JSON.stringify(freshIds(body, n))
    if (random() < 0.05) text = text.slice(0, Math.floor(random() * text.length))
    if (random() < 0.03) text = `${text}${text}`
    if (random() < 0.03) text = text.replace(/"/, String.fromCharCode(Math.floor(random() * 0xffff)))
    if (random() < 0.02) text = `${'['.repeat(2_000)}${text}`
    return text
  }
}

/** Most are deliveries never seen: one that is known would not be read any further. */
function freshIds(body: unknown, n: number): unknown {
  return JSON.parse(JSON.stringify(body), (key, value) => {
    if (typeof value === 'string' && ['mid', 'id', 'message'].includes(key) && /^(page|instagram|wamid|partner)\./.test(value))
      return `${value}.${n}`
    return key === 'update_id' && typeof value === 'number' ? value + n * 10 : value
  })
}

function change(body: unknown, random: () => number, pick: <T>(list: T[]) => T): void {
  const places = placesOf(body)
  if (places.length === 0) return
  const { holder, key } = pick(places)
  const kind = random()
  // A copy: a change inside of it would change what later deliveries get, and may tie it into a ring.
  if (kind < 0.5) holder[key] = structuredClone(pick(odd))
  else if (kind < 0.65) delete holder[key]
  else if (kind < 0.8) holder[key] = [holder[key], holder[key]]
  else if (kind < 0.9) holder[`${key}_new`] = holder[key]
  else holder[key] = { [key]: holder[key] }
}

function placesOf(value: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])])
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
