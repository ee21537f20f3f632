import type { Capabilities, ConnectorModule, OutboundMessage, Plan } from '@parley/schema/connector'
import type { ChannelKind } from '@parley/schema/vocabulary'
import { telegram } from '@parley/telegram'
import { web } from '@parley/web'
import { z } from 'zod'
import { HubError } from '../errors.ts'

/** Every kind of channel this hub speaks. A new kind is one package and one line here. */
const modules: Partial<Record<ChannelKind, ConnectorModule>> = { web, telegram } as never

export function moduleOf(kind: ChannelKind): ConnectorModule {
  const module = modules[kind]
  if (!module) throw new HubError('unsupported', { field: 'kind' })
  return module
}

export const plan = (kind: ChannelKind, message: OutboundMessage, capabilities: Capabilities): Plan =>
  moduleOf(kind).plan(message, capabilities)

interface OptionSchema {
  type?: string
  secret?: boolean
}
interface OptionsSchema {
  properties?: Record<string, OptionSchema>
}

export const schemaOf = (module: ConnectorModule): OptionsSchema => z.toJSONSchema(module.options, { io: 'input' }) as OptionsSchema

export const listModules = () =>
  Object.values(modules).map((module) => ({
    kind: module.kind as string,
    title: module.title,
    official: module.official,
    optionsSchema: schemaOf(module) as unknown,
  }))

/** The option fields of a kind that are sealed and never come back. */
export const secretFields = (module: ConnectorModule): string[] =>
  Object.entries(schemaOf(module).properties ?? {})
    .filter(([, option]) => option.secret)
    .map(([name]) => name)
