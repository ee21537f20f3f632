import { countIfBlocked, countStranger } from '../../domain/block.ts'
import { findChannel } from '../../domain/channel.ts'
import { identify, renewIdentitySecret } from '../../domain/identify.ts'
import { idOf } from '../../domain/ids.ts'
import { dropToken } from '../../domain/visitor-token.ts'
import { HubError, notFound } from '../../errors.ts'
import type { Bus } from '../../feed/bus.ts'
import { readClaims } from '../../signed-identity.ts'
import { systemOf } from '../../work.ts'
import { asks, builder, command, visitorBuilder, visitorOf } from '../builder.ts'
import { actorOf, addressOf, findSite, StartVisitorSuccess } from './visitor.ts'

const IdentitySecret = builder.objectRef<{ secret: string }>('IdentitySecret').implement({
  fields: (t) => ({ secret: t.exposeString('secret', { description: 'Shown this once. It belongs on your server and in no page.' }) }),
})
builder.mutationField('renewIdentitySecret', (t) =>
  t.field({
    ...asks('channel.manage'),
    type: IdentitySecret,
    errors: {},
    args: { channelId: t.arg.id({ required: true }) },
    description: 'By which a website signs who its visitors are. What was signed with the one before is refused from now on.',
    resolve: async (_, { channelId }, context) => ({
      secret: await command(context, (work) => renewIdentitySecret(work, context.services.identitySecrets.seal, idOf(channelId))),
    }),
  }),
)

const IdentifyInput = visitorBuilder.inputType('IdentifyInput', {
  fields: (t) => ({ key: t.string({ required: true }), token: t.string({ required: true }) }),
})
visitorBuilder.mutationFields((t) => ({
  identify: t.field({
    ...asks('anyone'),
    type: StartVisitorSuccess,
    errors: {},
    args: { input: t.arg({ type: IdentifyInput, required: true }) },
    description:
      'Who the visitor is, as his website has signed: a JSON Web Token (HS256) with `sub`, `exp` at most ten minutes ahead, and `name` and `email` if known. Each lets one browser in. The token that was shown with it is good no longer.',
    resolve: async (_, { input }, context) => {
      const site = await findSite(context, input.key)
      if (!site) throw notFound()
      context.limits.take(`identify ${context.address}`)
      const { works, identitySecrets } = context.services
      const secret = identitySecrets.open(await works.read(systemOf(site.workspaceId), (work) => findChannel(work, site.channelId)))
      const claims = secret ? readClaims(secret, input.key, input.token) : undefined
      if (!claims) throw new HubError('bad_identity', { field: 'token' })
      const address = addressOf(context)
      const own = context.actor?.channelId === site.channelId ? context.actor.identityId : null
      const known = await works.work(systemOf(site.workspaceId), async (work) => {
        if (own ? await countIfBlocked(work, own) : await countStranger(work, address)) return null
        return identify(work, site.channelId, claims, {
          identityId: own,
          tokenHash: own ? context.tokenHash : null,
          language: context.language,
          address,
        })
      })
      if (!known) throw new HubError('not_accepted')
      endTokens(context.services.bus, known.endedHashes)
      return { token: known.token, actor: actorOf(site, known.identityId, context) }
    },
  }),
  logOut: t.boolean({
    ...asks('visitor'),
    description: 'The token is good no longer.',
    resolve: async (_, _args, context) => {
      const actor = visitorOf(context)
      const { tokenHash, services } = context
      if (tokenHash) {
        await services.works.work(actor, (work) => dropToken(work, tokenHash))
        endTokens(services.bus, [tokenHash])
      }
      return true
    },
  }),
}))

/** Every hub closes the sockets that were opened with these tokens; of many, as many signals as they fill. */
function endTokens(bus: Bus, hashes: string[]): void {
  for (let from = 0; from < hashes.length; from += 100) bus.signal('visitor.out', { hashes: hashes.slice(from, from + 100) })
}
