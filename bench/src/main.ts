import { cpus } from 'node:os'
import { inboundRate, latency } from './inbound.ts'
import { setStage, type Stage } from './stage.ts'

/** `npm run bench -- inbound latency`: the named measures, all of them when none is named. */
const measures: Record<string, (stage: Stage) => Promise<string[]>> = {
  inbound: inboundRate,
  latency,
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
