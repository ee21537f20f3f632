import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql'

/** Fields whose value depends on who looks, not only on his role. */
const personal = new Set([
  'Chat.may',
  'Chat.timeline',
  'Chat.colleagues',
  'Chat.formEditable',
  'File.url',
  'File.thumbnailUrl',
  'Message.versions',
  'Operator.email',
  'Group.members',
  'Group.supervisors',
  'Customer.chats',
  'Customer.notes',
  'Customer.merges',
  'Customer.duplicates',
  'Customer.mayMerge',
  'Visit.chat',
])

/** Whether all who hear a feed by this document, with the same role, can be given the same frame. */
export function isShareable(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema)
  let shareable = true
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        if (personal.has(`${types.getParentType()?.name}.${node.name.value}`)) shareable = false
      },
    }),
  )
  return shareable
}
