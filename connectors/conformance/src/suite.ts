import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Case, Exemption, Scene } from './cases/case.ts'
import { inboundCases } from './cases/inbound.ts'
import { lifeCases } from './cases/life.ts'
import { outboundCases } from './cases/outbound.ts'
import { type MiniHub, startHub } from './hub.ts'
import { createMemory } from './memory.ts'
import type { Subject } from './rig.ts'
import { until } from './wait.ts'

const cases = [...inboundCases, ...outboundCases, ...lifeCases]

/**
 * The cases every connector passes, each against a fresh stand-in. What does not apply to a kind is a test as well: it says
 * why, and proves it. After each case the library must have asked nothing the stand-in does not know.
 */
export function describeConformance(title: string, subject: Subject): void {
  const can = subject.module.capabilities(subject.module.options.parse(subject.options))
  describe(`${title} conforms:`, () => {
    let scene: Scene
    let end: () => Promise<void>
    beforeEach(async () => {
      ;[scene, end] = await setScene(subject)
    })
    afterEach(async () => {
      const unknown = scene.rig.unknownCalls()
      await end()
      expect(unknown).toEqual([])
    })
    for (const one of cases) {
      const exemption = one.unless?.(subject, can) || undefined
      test(titleOf(one, exemption), () => (exemption ? exemption.proof(scene) : one.run(scene)))
    }
  })
}

/** One case against a fresh stand-in, outside the suite; throws where the case finds a fault. */
export async function runCase(number: number, subject: Subject): Promise<void> {
  const one = cases.find((candidate) => candidate.number === number)
  if (!one) throw new Error(`There is no case ${number}.`)
  const [scene, end] = await setScene(subject)
  await one.run(scene).finally(end)
}

function titleOf({ number, title }: Case, exemption: Exemption | undefined): string {
  return exemption ? `${number}. does not apply (${title}): ${exemption.because}` : `${number}. ${title}`
}

async function setScene(subject: Subject): Promise<[Scene, () => Promise<void>]> {
  const rig = await subject.rig()
  const memory = createMemory(rig.machine)
  const hubs: MiniHub[] = []
  const restart = async (options = rig.options) => {
    const hub = await startHub(subject.module, options, memory)
    hubs.push(hub)
    return hub
  }
  const can = subject.module.capabilities(subject.module.options.parse(rig.options))
  const hub = await restart()
  if (subject.pairs) await until('the phone is linked', () => memory.reports.at(-1)?.state === 'connected')
  const end = async () => {
    for (const one of hubs) await one.stop()
    await rig.stop()
  }
  return [{ subject, can, rig, memory, hub, restart }, end]
}
