import { describeConformance } from '@parley/conformance'
import { subject } from './rig.ts'

describeConformance('whatsapp-cloud', subject)
