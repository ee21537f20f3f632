import type { Subject } from '@parley/conformance'
import { createMessagingRig, hasty } from '@parley/conformance/graph/rig'
import { createMessenger } from '../src/index.ts'

export const subject: Subject = {
  module: createMessenger(hasty),
  options: { appId: '900100200300400', appSecret: 'x'.repeat(32), pageId: '100200300400500', accessToken: 'EAAof-the-tests-0123' },
  delivery: 'webhook',
  shares: true,
  rig: () => createMessagingRig('messenger'),
}
