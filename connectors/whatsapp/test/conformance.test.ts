import { describeConformance, setPatience } from '@parley/conformance'
import { vi } from 'vitest'
import { subject } from './rig.ts'

// A browser is started for each case, and a busy machine takes its time over that.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })
// A start that hangs is noticed after a minute, and made again.
setPatience(100_000)

describeConformance('whatsapp by a linked phone', subject)
