/** How often a scripted misfortune strikes: `times` times (default 1), or, with `probability`, each call with that chance until cleared. */
export interface Recurring {
  times?: number
  probability?: number
}

/** Misfortunes that are scripted and not used up; `Call` is what identifies a call. */
export interface Scripted<Fault extends Recurring, Call extends unknown[]> {
  add(fault: Fault): void
  clear(): void
  /** The fault that strikes this call, if any; counts it. */
  strike(...call: Call): Fault | undefined
}

export function createScript<Fault extends Recurring, Call extends unknown[]>(
  concerns: (fault: Fault, ...call: Call) => boolean,
  random: () => number,
): Scripted<Fault, Call> {
  let active: { fault: Fault; left: number }[] = []
  return {
    add(fault) {
      active.push({ fault, left: fault.probability === undefined ? (fault.times ?? 1) : Number.POSITIVE_INFINITY })
    },
    clear() {
      active = []
    },
    strike(...call) {
      const hit = active.find(({ fault }) => concerns(fault, ...call) && random() < (fault.probability ?? 1))
      if (!hit) return undefined
      hit.left--
      active = active.filter(({ left }) => left > 0)
      return hit.fault
    },
  }
}
