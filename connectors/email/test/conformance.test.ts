import { describeConformance } from '@parley/conformance'
import { subject } from './rig.ts'

describeConformance('e-mail whose server keeps what it sends', subject(true))
describeConformance('e-mail whose server forgets what it sends', subject(false))
