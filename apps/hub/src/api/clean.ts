import { type GraphQLSchema, isObjectType } from 'graphql'

/**
 * Every argument comes to its resolver as text the database can keep: without NUL, and with half surrogate pairs replaced.
 * Done for all fields at once, so that no field can be forgotten.
 */
export function cleanArguments(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field
      if (resolve && field.args.length > 0) field.resolve = (source, args, context, info) => resolve(source, clean(args), context, info)
    }
  }
}

function clean<T>(value: T): T
function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\ufffd')
  if (Array.isArray(value)) return value.map((each) => clean(each))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [clean(name), clean(each)]))
}
