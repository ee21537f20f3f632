import { cpus } from 'node:os'
import { crowd } from './crowd.ts'
import { desk } from './desk.ts'
import { fanout } from './fanout.ts'
import { filters } from './filters.ts'
import { growth } from './growth.ts'
import { host } from './host.ts'
import { inboundRate, latency } from './inbound.ts'
import { kinds } from './kinds.ts'
import { memory } from './memory.ts'
import { startPlatforms } from './platforms.ts'
import { search } from './search.ts'
import { type Stage, setStage } from './stage.ts'
import { visitors } from './visitors.ts'

/** `npm run bench -- inbound latency`: the named measures, all of them when none is named. */
const measures: Record<string, (stage: Stage) => Promise<string[]>> = {
  memory,
  inbound: inboundRate,
  latency,
  fanout,
  crowd,
  growth,
  desk,
  filters,
  visitors,
  host,
  search,
  kinds: async (onStage) => (platforms ? kinds(onStage, platforms) : []),
}

const names = process.argv.slice(2).filter((name) => name in measures)
const platforms = names.length === 0 || names.includes('kinds') ? await startPlatforms() : undefined
const stage = await setStage(platforms?.hosts)
try {
  process.stdout.write(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; read the ratios, not the figures\n`)
  for (const name of names.length > 0 ? names : Object.keys(measures)) {
    for (const line of (await measures[name]?.(stage)) ?? []) process.stdout.write(`${line}\n`)
  }
} finally {
  await stage.close()
  await platforms?.stop()
}
process.exit(0)
