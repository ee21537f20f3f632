import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A path inside the hub's package, whether it runs from its sources or from the bundle. */
export function hubPath(...parts: string[]): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'migrations', 'meta'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('the folder "migrations" of the hub is missing')
    folder = parent
  }
  return join(folder, ...parts)
}
