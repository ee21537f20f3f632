import type { Subject } from '@parley/conformance'
import { createWhatsAppRig, hasty } from '@parley/conformance/graph/rig'
import { createWhatsAppCloud } from '../src/index.ts'

export const subject: Subject = {
  module: createWhatsAppCloud(hasty),
  options: {
    phoneNumberId: '106540352242922',
    businessId: '102290129340398',
    accessToken: 'EAAof-the-tests-0123',
    appSecret: 'x'.repeat(32),
  },
  delivery: 'webhook',
  never: { album: 'the Cloud API tells of each picture by itself' },
  rig: createWhatsAppRig,
}
