import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import * as access from '../domain/access.ts'
import { builder, visitorBuilder } from './builder.ts'
import { cleanArguments } from './clean.ts'
import './types/scalars.ts'
import './types/page.ts'
import './types/operator.ts'
import './types/workspace.ts'
import './types/channel.ts'
import './types/message.ts'
import './types/hand-over.ts'
import './types/message-change.ts'
import './types/comment.ts'
import './types/closing.ts'
import './types/chat.ts'
import './types/chat-list.ts'
import './types/chat-command.ts'
import './types/assignment.ts'
import './types/channel-health.ts'
import './types/approved.ts'
import './types/form.ts'
import './types/ledger.ts'
import './types/customer-field.ts'
import './types/customer.ts'
import './types/block.ts'
import './types/note.ts'
import './types/merge.ts'
import './types/alert.ts'
import './types/profile.ts'
import './types/wall.ts'
import './types/schedule.ts'
import './types/request.ts'
import './types/mailing.ts'
import './types/tag.ts'
import './types/template.ts'
import './types/library.ts'
import './types/filter.ts'
import './types/report.ts'
import './types/search.ts'
import './types/bulk.ts'
import './types/feed.ts'
import './types/visit.ts'
import './types/approach.ts'
import './types/approach-text.ts'
import './types/approach-rule.ts'
import './types/visitor.ts'
import './types/visitor-field.ts'
import './types/rating.ts'
import './types/transcript.ts'
import './types/identify.ts'
import './types/approached.ts'
import './types/look.ts'
import './types/visitor-look.ts'

builder.queryType({ description: 'What can be asked. All but `me` needs a workspace, chosen by the header `x-parley-workspace`.' })
builder.mutationType({ description: "What can be done. What is refused comes back as `Refusal`, in the reader's language." })
visitorBuilder.queryType({ description: 'What a visitor of a website may know: his own chat, no more.' })
visitorBuilder.mutationType({})

const operations = new Set<string>([
  ...Object.keys(access.onChat),
  ...Object.keys(access.onGroups),
  ...Object.keys(access.plain),
  'anyone',
  'account',
  'visitor',
])

/** What a root field asks for. An operation that stands in no list stops the start, and with it the build. */
export function accessOf(schema: GraphQLSchema): { field: string; access: string }[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}).map((field) => {
      const name = field.extensions.access
      if (typeof name !== 'string' || !operations.has(name))
        throw new Error(`${type?.name}.${field.name} asks for no right of domain/access.ts`)
      return { field: `${type?.name}.${field.name}`, access: name }
    }),
  )
}

export function buildSchemas(): { api: GraphQLSchema; visitor: GraphQLSchema } {
  const schemas = { api: builder.toSchema(), visitor: visitorBuilder.toSchema() }
  for (const schema of Object.values(schemas)) {
    accessOf(schema)
    cleanArguments(schema)
  }
  return schemas
}

/** The contract as it is kept in schema/. */
export const printContract = (schema: GraphQLSchema): string => `${printSchema(lexicographicSortSchema(schema))}\n`
