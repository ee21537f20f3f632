import { readdir, readFile } from 'node:fs/promises'

/**
 * Bytes of a process and all below it, shared pages divided among their users; undefined where the system does not tell
 * (only Linux does).
 */
export async function memoryOf(pid: number): Promise<number | undefined> {
  const parents = await parentsOfAll()
  if (!parents) return undefined
  const family = new Set([pid])
  for (let grown = true; grown; ) {
    grown = false
    for (const [child, parent] of parents) {
      if (!family.has(parent) || family.has(child)) continue
      family.add(child)
      grown = true
    }
  }
  const shares = await Promise.all([...family].map(shareOf))
  return shares.reduce((sum, share) => sum + share, 0)
}

async function parentsOfAll(): Promise<Map<number, number> | undefined> {
  const names = await readdir('/proc').catch(() => undefined)
  if (!names) return undefined
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const))
  return new Map(found.filter((pair): pair is readonly [number, number] => pair[1] !== undefined))
}

async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name in brackets may hold anything.
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  return parent ? Number(parent) : undefined
}

async function shareOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024
}
