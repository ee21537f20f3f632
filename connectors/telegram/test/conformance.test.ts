import { describeConformance } from '@parley/conformance'
import { subject } from './rig.ts'

describeConformance('telegram by polling', subject('polling'))
describeConformance('telegram by webhook', subject('webhook'))
