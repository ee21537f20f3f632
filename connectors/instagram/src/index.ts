import { wrongAccount } from '@parley/meta/life'
import { connectMessaging, type MessagingSettings, parseMessaging, planMessaging } from '@parley/meta/messaging'
import { objectOf } from '@parley/meta/reading'
import { verify } from '@parley/meta/signature'
import { type Timing, usualTiming } from '@parley/meta/timing'
import type { ConnectorModule, Host, Peer } from '@parley/schema/connector'
import { capabilities } from './capabilities.ts'
import { about, type InstagramOptions, type options } from './options.ts'

const settings = ({ instagramId }: InstagramOptions): MessagingSettings => ({
  object: 'instagram',
  fields: ['messages', 'messaging_postbacks', 'messaging_seen', 'message_reactions', 'messaging_referral', 'messaging_handover', 'standby'],
  // A Page is asked for its own events; what belongs to Instagram comes with the account.
  pageFields: ['messages'],
  inboxAppId: '1217981644879628',
  profileFields: 'name,username',
  accountOf(page): Peer {
    const account = objectOf(page.instagram_business_account)
    if (String(account?.id) !== instagramId)
      throw wrongAccount(
        account
          ? `The Page is linked to the Instagram account ${account.username ?? account.id}, not to ${instagramId}.`
          : 'The Page is linked to no professional account of Instagram.',
      )
    return { id: instagramId, ...(typeof account?.username === 'string' && { username: account.username }) }
  },
  // Instagram lets businesses put a heart and nothing else.
  reaction: () => 'love',
})

/** Professional accounts of Instagram, through the Page they are linked to. Another `timing` is for tests. */
export function createInstagram(timing: Timing = usualTiming): ConnectorModule<typeof options> {
  return {
    ...about,
    capabilities,
    parse: (delivery, { instagramId, appId }) => parseMessaging(delivery, { object: 'instagram', accountId: instagramId, appId }),
    plan: planMessaging,
    webhook: { verify: (request, { appSecret }) => verify(request, appSecret) },
    connect: (host: Host<InstagramOptions>) => connectMessaging(host, timing, settings(host.options)),
  }
}

export const instagram = createInstagram()
