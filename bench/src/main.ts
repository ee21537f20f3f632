import { cpus } from 'node:os'
import { fanout } from './fanout.ts'
import { filters } from './filters.ts'
import { growth } from './growth.ts'
import { inboundRate, latency } from './inbound.ts'
import { memory } from './memory.ts'
import { type Stage, setStage } from './stage.ts'

/** `npm run bench -- inbound latency`: the named measures, all of them when none is named. */
const measures: Record<string, (stage: Stage) => Promise<string[]>> = {
  memory,
  inbound: inboundRate,
  latency,
  fanout,
  growth,
  filters,
}

const names = process.argv.slice(2).filter((name) => name in measures)
const stage = await setStage()
try {
  process.stdout.write(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; read the ratios, not the figures\n`)
  for (const name of names.length > 0 ? names : Object.keys(measures)) {
    for (const line of (await measures[name]?.(stage)) ?? []) process.stdout.write(`${line}\n`)
  }
} finally {
  await stage.close()
}
process.exit(0)
