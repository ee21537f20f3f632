import { accountRoutes } from './account-routes.ts'
import { messagingRoutes } from './messaging-routes.ts'
import type { Route, RouteTable } from './route.ts'
import { whatsappRoutes } from './whatsapp-routes.ts'
import type { World } from './world.ts'

const tables: RouteTable[] = [messagingRoutes, whatsappRoutes, accountRoutes]

export function routeOf(method: string, path: string, world: World): Route | undefined {
  for (const [pattern, wanted, make] of tables.flatMap((table) => table(world))) {
    const match = wanted === method ? pattern.exec(path) : null
    if (match) return { method, ...make(match) }
  }
  return undefined
}
