import { describeConformance, setPatience } from '@parley/conformance'
import { vi } from 'vitest'
import { subject } from './rig.ts'

// A browser is started for each case, and a busy machine takes its time over that.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
setPatience(60_000)

describeConformance('whatsapp by a linked phone', subject)
