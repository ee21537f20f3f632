import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import ErrorsPlugin from '@pothos/plugin-errors'
import { GraphQLError } from 'graphql'
import type { ChatOperation, GroupOperation, PlainOperation } from '../domain/access.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, VisitorActor, Work } from '../work.ts'
import type { ApiContext, VisitorContext } from './context.ts'

/** What a root field asks for. Who has it is in domain/access.ts; `anyone` needs no session, `account` no workspace. */
export type Access = ChatOperation | GroupOperation | PlainOperation | 'anyone' | 'account' | 'visitor'

type Scalars = { DateTime: { Input: Date; Output: Date }; JSON: { Input: unknown; Output: unknown }; ID: { Input: string; Output: string } }
type Types = { Context: ApiContext; Scalars: Scalars; DefaultFieldNullability: false }
type VisitorTypes = { Context: VisitorContext; Scalars: Scalars; DefaultFieldNullability: false }

const complexity = { defaultComplexity: 1, defaultListMultiplier: 10, complexityError: () => new HubError('too_complex') }
const errors = { directResult: true, defaultTypes: [HubError] }

export const builder = new SchemaBuilder<Types>({
  plugins: [ErrorsPlugin, ComplexityPlugin],
  complexity: { ...complexity, limit: { complexity: 25_000, depth: 15, breadth: 500 } },
  errors: {
    ...errors,
    defaultResultOptions: { name: ({ fieldName }: { fieldName: string }) => resultName(fieldName) },
    defaultUnionOptions: { name: ({ fieldName }: { fieldName: string }) => resultName(fieldName) },
  },
  defaultFieldNullability: false,
})
export const visitorBuilder = new SchemaBuilder<VisitorTypes>({
  plugins: [ErrorsPlugin, ComplexityPlugin],
  complexity: { ...complexity, limit: { complexity: 3_000, depth: 8, breadth: 100 } },
  errors: {
    ...errors,
    defaultResultOptions: { name: ({ fieldName }: { fieldName: string }) => resultName(fieldName) },
    defaultUnionOptions: { name: ({ fieldName }: { fieldName: string }) => resultName(fieldName) },
  },
  defaultFieldNullability: false,
})

const resultName = (field: string): string => `${field.charAt(0).toUpperCase()}${field.slice(1)}Result`

/** Marks a root field with what it asks for; schema.ts refuses to build one without. */
export const asks = (access: Access) => ({ extensions: { access } })

/** The operator who asks; refused when nobody is signed in or the workspace is not his. */
export function operatorOf(context: ApiContext): OperatorActor {
  if (!context.account) throw new HubError('signed_out')
  if (!context.actor) throw new HubError('not_found', { field: 'workspace' })
  return context.actor
}

export function visitorOf(context: VisitorContext): VisitorActor {
  if (!context.actor) throw new HubError('signed_out')
  return context.actor
}

/** Runs a command as the operator who asks. */
export const command = <T>(context: ApiContext, body: (work: Work<OperatorActor>) => Promise<T>): Promise<T> =>
  context.services.works.work(operatorOf(context), body)
export const look = <T>(context: ApiContext, body: (work: Work<OperatorActor>) => Promise<T>): Promise<T> =>
  context.services.works.read(operatorOf(context), body)

/** A refusal outside a command: the code and the words in the error's extensions. */
export function asGraphQLError(error: HubError, words: { message: string; remedy: string | null }): GraphQLError {
  return new GraphQLError(words.message, { extensions: { code: error.code, field: error.field, remedy: words.remedy } })
}
