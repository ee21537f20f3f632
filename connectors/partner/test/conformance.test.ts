import { describeConformance } from '@parley/conformance'
import { subject } from './rig.ts'

describeConformance('a partner with the bridge of the documentation', subject)
