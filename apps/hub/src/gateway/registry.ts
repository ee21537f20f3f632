import { about as email } from '@parley/email/options'
import { about as instagram } from '@parley/instagram/options'
import { about as messenger } from '@parley/messenger/options'
import { about as partner } from '@parley/partner/options'
import type { Capabilities, ConnectorAbout, ConnectorModule, OutboundMessage, Plan } from '@parley/schema/connector'
import type { ChannelKind } from '@parley/schema/vocabulary'
import { about as telegram } from '@parley/telegram/options'
import { about as web } from '@parley/web/options'
import { about as whatsapp } from '@parley/whatsapp/options'
import { about as whatsAppCloud } from '@parley/whatsapp-cloud/options'
import { z } from 'zod'
import type { Opener } from '../domain/beginning.ts'
import { HubError } from '../errors.ts'

interface Kind {
  about: ConnectorAbout
  /** Libraries of platforms are large: they are loaded with the first channel of their kind. */
  load(): Promise<unknown>
}

/** Every kind of channel this hub speaks. A new kind is one package and one line here. */
const kinds: Partial<Record<ChannelKind, Kind>> = {
  web: { about: web, load: () => import('@parley/web').then((it) => it.web) },
  telegram: { about: telegram, load: () => import('@parley/telegram').then((it) => it.telegram) },
  whatsapp: { about: whatsapp, load: () => import('@parley/whatsapp').then((it) => it.whatsapp) },
  'whatsapp-cloud': { about: whatsAppCloud, load: () => import('@parley/whatsapp-cloud').then((it) => it.whatsAppCloud) },
  messenger: { about: messenger, load: () => import('@parley/messenger').then((it) => it.messenger) },
  instagram: { about: instagram, load: () => import('@parley/instagram').then((it) => it.instagram) },
  email: { about: email, load: () => import('@parley/email').then((it) => it.email) },
  partner: { about: partner, load: () => import('@parley/partner').then((it) => it.partner) },
}

/** What is known of a kind without its libraries. */
export const aboutOf = (kind: ChannelKind): ConnectorAbout => kindOf(kind).about

export const moduleOf = (kind: ChannelKind): Promise<ConnectorModule> => kindOf(kind).load() as Promise<ConnectorModule>

function kindOf(kind: ChannelKind): Kind {
  const found = kinds[kind]
  if (!found) throw new HubError('unsupported', { field: 'kind' })
  return found
}

export const plan = async (kind: ChannelKind, message: OutboundMessage, capabilities: Capabilities): Promise<Plan> =>
  (await moduleOf(kind)).plan(message, capabilities)

/** Undefined: at this kind nobody can be written to first, or not by these addresses. */
export const begin: Opener = async (kind, address, seed) => (await moduleOf(kind)).begin?.(address, seed)

interface OptionSchema {
  type?: string
  secret?: boolean
  /** The field to which a secret moves when another takes its place. */
  former?: string
}
interface OptionsSchema {
  properties?: Record<string, OptionSchema>
}

const schemaOf = ({ options }: ConnectorAbout): OptionsSchema => z.toJSONSchema(options, { io: 'input' }) as OptionsSchema

export const listModules = () =>
  Object.values(kinds).map(({ about }) => ({
    kind: about.kind as string,
    title: about.title,
    official: about.official,
    optionsSchema: schemaOf(about) as unknown,
  }))

/** The option fields of a kind that are sealed and never come back. */
export const secretFields = (about: ConnectorAbout): string[] =>
  Object.entries(schemaOf(about).properties ?? {})
    .filter(([, option]) => option.secret)
    .map(([name]) => name)

/** Secrets that live on under another name while both sides change them. */
export const formerFields = (about: ConnectorAbout): [string, string][] =>
  Object.entries(schemaOf(about).properties ?? {}).flatMap(([name, { former }]): [string, string][] => (former ? [[name, former]] : []))
