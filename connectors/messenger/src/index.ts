import { connectMessaging, type MessagingSettings, parseMessaging, planMessaging } from '@parley/meta/messaging'
import { verify } from '@parley/meta/signature'
import { type Timing, usualTiming } from '@parley/meta/timing'
import type { ConnectorModule, Host } from '@parley/schema/connector'
import { capabilities } from './capabilities.ts'
import { about, type MessengerOptions, type options } from './options.ts'

const settings: MessagingSettings = {
  object: 'page',
  fields: [
    'messages',
    'message_edits',
    'message_echoes',
    'message_deliveries',
    'message_reads',
    'message_reactions',
    'messaging_postbacks',
    'messaging_referrals',
    'messaging_handovers',
    'standby',
  ],
  inboxAppId: '263902037430900',
  profileFields: 'first_name,last_name,name',
  accountOf: ({ id, name }) => ({ id: String(id), ...(typeof name === 'string' && { name }) }),
  reaction: (emoji) => emoji,
}

/** Facebook Pages on Messenger. Another `timing` is for tests. */
export function createMessenger(timing: Timing = usualTiming): ConnectorModule<typeof options> {
  return {
    ...about,
    capabilities,
    parse: (delivery, { pageId, appId }) => parseMessaging(delivery, { object: 'page', accountId: pageId, appId }),
    plan: planMessaging,
    webhook: { verify: (request, { appSecret }) => verify(request, appSecret) },
    connect: (host: Host<MessengerOptions>) => connectMessaging(host, timing, settings),
  }
}

export const messenger = createMessenger()
