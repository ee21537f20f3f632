/**
 * - `refuse`: the servers say no
 * - `slow`: taken, the answer comes `ms` later
 * - `drop`: taken, and the connection is cut before the answer
 * - `download`: the media server answers with an error
 * - `history`: what was said before is told `ms` later
 */
export interface Fault {
  kind: 'refuse' | 'slow' | 'drop' | 'download' | 'history'
  ms?: number
  /** How often; without it until cleared. */
  times?: number
  /** Of each occasion; 1 unless said. */
  probability?: number
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  /** The fault that befalls this occasion, counted down. */
  meet(...kinds: Fault['kind'][]): Fault | undefined
}

export function createFaults(): Faults {
  let faults: Fault[] = []
  return {
    add: (fault) => void faults.push({ ...fault }),
    clear() {
      faults = []
    },
    meet(...kinds) {
      const met = faults.find(({ kind, probability = 1 }) => kinds.includes(kind) && (probability === 1 || Math.random() < probability))
      if (met?.times !== undefined) {
        met.times -= 1
        if (met.times <= 0) faults = faults.filter((fault) => fault !== met)
      }
      return met
    },
  }
}
