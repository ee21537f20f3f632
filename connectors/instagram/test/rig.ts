import type { Subject } from '@parley/conformance'
import { createMessagingRig, hasty } from '@parley/conformance/graph/rig'
import { createInstagram } from '../src/index.ts'

export const subject: Subject = {
  module: createInstagram(hasty),
  options: {
    appId: '900100200300400',
    appSecret: 'x'.repeat(32),
    pageId: '100200300400500',
    instagramId: '17841400000000001',
    accessToken: 'EAAof-the-tests-0123',
  },
  delivery: 'webhook',
  shares: true,
  rig: () => createMessagingRig('instagram'),
}
