import { pageOptions } from '@parley/meta/options'
import type { ConnectorAbout } from '@parley/schema/connector'
import { z } from 'zod'

export const options = z.object({
  appId: pageOptions.appId,
  appSecret: pageOptions.appSecret,
  pageId: pageOptions.pageId,
  accessToken: pageOptions.accessToken,
  humanAgent: pageOptions.humanAgent,
  version: pageOptions.version,
  apiRoot: pageOptions.apiRoot,
})

export type MessengerOptions = z.infer<typeof options>

export const about: ConnectorAbout<typeof options> = { kind: 'messenger', title: 'Messenger', official: true, options }
