import type { Capabilities, OutboundMessage } from '@parley/schema/connector'
import { expect } from 'vitest'
import type { MiniHub } from '../hub.ts'
import type { Memory } from '../memory.ts'
import type { Misfortune, Rig, Subject } from '../rig.ts'
import { nastyTexts } from '../samples.ts'

/** One test's world: a fresh stand-in, an empty memory and a running hub. */
export interface Scene {
  subject: Subject
  can: Capabilities
  rig: Rig
  memory: Memory
  hub: MiniHub
  /** A new hub over the same memory, with the same options or others; ended with the test. */
  restart(options?: object): Promise<MiniHub>
}

/** Why a case does not apply, and what proves it. */
export interface Exemption {
  because: string
  proof(scene: Scene): void | Promise<void>
}

export interface Case {
  /** As in the list of conformance cases. */
  number: number
  title: string
  unless?(subject: Subject, can: Capabilities): Exemption | undefined | false
  run(scene: Scene): Promise<void>
}

/** A misfortune that cannot befall on this platform. */
export const unlessNever =
  (what: Extract<Misfortune, 'rate' | 'down' | 'refused'>) =>
  ({ never }: Subject): Exemption | undefined => {
    const because = never?.[what]
    return because === undefined ? undefined : { because, proof: ({ rig }) => expect(() => rig.fail(what)).toThrow() }
  }

/** The nasty texts as they can arrive over this medium. */
export const exactTexts = ({ ownLineEnds }: Subject): string[] =>
  ownLineEnds ? nastyTexts.map((text) => text.replaceAll('\r\n', '\n')) : nastyTexts

export function messageTo(rig: Rig, more: Partial<OutboundMessage>): OutboundMessage {
  return { thread: rig.thread, to: { id: rig.thread.id }, ...more }
}

export function rowOf(memory: Memory, key: string) {
  const row = memory.rows.get(key)
  if (!row) throw new Error(`There is no part ${key}.`)
  return row
}
