import type { Asked } from '../telegram/request.ts'
import type { World } from './world.ts'

export interface Route {
  /** As the ledger counts it. */
  name: string
  method: string
  /** Asked with the token of the app, not with that of a Page or a business. */
  byApp?: boolean
  /** What a fault may strike: the call and the person it is about. */
  about(asked: Asked): { name: string; to?: string }
  run(asked: Asked, world: World): unknown
}

/** A path with the ids of this world's accounts, to a route. */
export type RouteTable = (world: World) => [path: RegExp, method: string, route: (match: RegExpExecArray) => Omit<Route, 'method'>][]

export const plainly = (name: string) => () => ({ name })
