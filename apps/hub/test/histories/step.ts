import type { World } from '../rights/world.ts'
import type { Person, Visitor } from '../support/hub.ts'

/** The same numbers for the same seed (mulberry32). */
export function chance(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  return { pick, yes: (share = 0.5) => next() < share }
}
type Chance = ReturnType<typeof chance>

export interface Step {
  world: World
  visitors: readonly Visitor[]
  by: Person & { id: string }
  /** One of those his desk shows. */
  chat: any
  chats: any[]
  colleagueId: string
  tagId: string
  dice: Chance
}
export type Deeds = Record<string, (step: Step) => Promise<unknown>>

export const refused = '__typename ... on Refusal { code }'

/** What may be refused: a question that is none is a fault of the test. */
export async function ask(by: Person, query: string, variables: Record<string, unknown> = {}): Promise<any> {
  const { data, errors } = await by.ask(query, variables)
  const wrong = errors?.filter(
    ({ extensions }: any) => !extensions?.code || extensions.code === 'GRAPHQL_VALIDATION_FAILED' || extensions.code === 'defect',
  )
  if (wrong?.length) throw new Error(`${query}\n${JSON.stringify(wrong)}`)
  return data
}
export const simple =
  (name: string, args = 'chatId: $c', types = '$c: ID!') =>
  ({ by, chat }: Step, more: object = {}) =>
    ask(by, `mutation(${types}) { ${name}(${args}) { ${refused} } }`, { c: chat.id, ...more })

export const lastOf = async ({ by, chat }: Step, type: string, fits: (node: any) => boolean = () => true): Promise<any> =>
  (
    await by.get(
      'query($c: ID!) { chat(id: $c) { timeline(last: 20) { edges { node { __typename ... on Message { id delivery } ... on Comment { id } } } } } }',
      { c: chat.id },
    )
  ).chat?.timeline.edges
    .map(({ node }: any) => node)
    .findLast((node: any) => node.__typename === type && fits(node))
