import type { ConnectorAbout } from '@parley/schema/connector'
import type { ChannelKind } from '@parley/schema/vocabulary'
import type { Channel, CheckedOptions } from '../domain/channel.ts'
import { HubError } from '../errors.ts'
import { seal, unseal } from '../seal.ts'
import { aboutOf, formerFields, moduleOf, secretFields } from './registry.ts'

interface Place {
  workspaceId: string
  id: string
  kind: ChannelKind
}

/** Options as an admin typed them, checked by their connector, and what is secret in them sealed for this very channel. */
export function optionsCheck(key: Uint8Array) {
  return async (channel: Place, given: unknown, present?: Channel): Promise<CheckedOptions> => {
    const about = aboutOf(channel.kind)
    const secrets = secretFields(about)
    const parsed = about.options.safeParse(withSecrets(key, given, about, present))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new HubError('bad_options', { field: `options.${issue?.path.join('.') ?? ''}`, why: (issue?.message ?? '').replace(/\.$/, '') })
    }
    const options = parsed.data as Record<string, unknown>
    return {
      options: Object.fromEntries(Object.entries(options).filter(([name]) => !secrets.includes(name))),
      secrets: {
        ...rotated(present, secrets),
        ...Object.fromEntries(
          secrets.flatMap((name) => (typeof options[name] === 'string' ? [[name, seal(key, options[name], placeOf(channel, name))]] : [])),
        ),
      },
      capabilities: (await moduleOf(channel.kind)).capabilities(options),
    }
  }
}

/** The options of a channel with its secrets opened, for its connector alone. */
export function openOptions(key: Uint8Array, channel: Channel): Record<string, unknown> {
  const about = aboutOf(channel.kind)
  return about.options.parse({ ...channel.options, ...opened(key, channel, secretFields(about)) }) as Record<string, unknown>
}

/**
 * A secret that is left out stays, unless what it is sent to changes: then it must be typed again. Null takes an optional one
 * away. One that is replaced lives on as the former one, where its connector knows that.
 */
function withSecrets(key: Uint8Array, given: unknown, about: ConnectorAbout, present?: Channel): unknown {
  if (!present || typeof given !== 'object' || given === null) return given
  const secrets = secretFields(about)
  const next: Record<string, unknown> = { ...given }
  const gone = secrets.filter((name) => next[name] === null)
  for (const name of gone) delete next[name]
  if (secrets.every((name) => next[name])) return next
  const moved = Object.entries(next).some(
    ([name, value]) => /root|url|host|origin|server/i.test(name) && present.options[name] !== undefined && value !== present.options[name],
  )
  if (moved) return next
  for (const [name, former] of formerFields(about)) {
    const before = opened(key, present, [name])[name]
    if (next[name] && before && next[name] !== before && !next[former] && !gone.includes(former)) next[former] = before
  }
  for (const [name, value] of Object.entries(opened(key, present, secrets))) if (!gone.includes(name)) next[name] ||= value
  return next
}

const opened = (key: Uint8Array, channel: Channel, names: string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => (channel.secrets[name] ? [[name, unseal(key, channel.secrets[name], placeOf(channel, name))]] : [])),
  )

/** Secrets the connector keeps for itself (rotated tokens) are no options and outlive a change of them. */
const rotated = (present: Channel | undefined, secrets: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(present?.secrets ?? {}).filter(([name]) => !secrets.includes(name)))

export const placeOf = (channel: { workspaceId: string; id: string }, field: string) => ({
  workspace: channel.workspaceId,
  channel: channel.id,
  field,
})

const identityField = 'identitySecret'
/** By which a website signs who its visitors are. No option of the connector: it is made here, and shown once. */
export const identitySecrets = (key: Uint8Array) => ({
  seal: (channel: Channel, secret: string): string => seal(key, secret, placeOf(channel, identityField)),
  open: (channel: Channel): string | null => {
    const sealed = channel.secrets[identityField]
    return sealed ? unseal(key, sealed, placeOf(channel, identityField)) : null
  },
})
