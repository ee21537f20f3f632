import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'

type Field = GraphQLField<unknown, unknown>
export interface RootField {
  name: string
  kind: 'query' | 'mutation' | 'subscription'
  field: Field
}

/** Every operation of a schema by its full name, such as `Mutation.takeChat`. */
export function rootFields(schema: GraphQLSchema): Map<string, RootField> {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
  return new Map(
    roots.flatMap(([kind, type]) =>
      Object.values(type?.getFields() ?? {}).map((field) => [`${type?.name}.${field.name}`, { name: field.name, kind, field }] as const),
    ),
  )
}

/** A document that calls the operation with all its arguments as variables and selects what can be selected without arguments. */
export function documentFor({ kind, field }: RootField): string {
  // Lists of lists of lists, and answers of many kinds, cost more than one query may.
  const deep = selectionOf(field.type, 3)
  const selection = /^\[/.test(String(field.type)) || deep.split(' ').length > 400 ? selectionOf(field.type, 2) : deep
  const declared = field.args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ')
  const passed = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')
  return `${kind}${declared && `(${declared})`} { ${field.name}${passed && `(${passed})`} ${selection} }`
}

function selectionOf(type: GraphQLOutputType, depth: number): string {
  if (isNonNullType(type) || isListType(type)) return selectionOf(type.ofType, depth)
  if (isUnionType(type))
    return `{ __typename ${type
      .getTypes()
      .map((each) => `... on ${each.name} ${selectionOf(each, depth)}`)
      .join(' ')} }`
  if (!isObjectType(type)) return ''
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if (isLeaf(field.type)) return [aliased(type.name, field.name)]
    return depth > 1 && field.args.length === 0 ? [`${aliased(type.name, field.name)} ${selectionOf(field.type, depth - 1)}`] : []
  })
  return `{ __typename ${parts.join(' ')} }`
}

/** A refusal stands in one union with things whose fields of the same name are of other types. */
const aliased = (type: string, field: string): string => (type === 'Refusal' ? `Refusal_${field}: ${field}` : field)

function isLeaf(type: GraphQLOutputType): boolean {
  if (isNonNullType(type) || isListType(type)) return isLeaf(type.ofType)
  return isScalarType(type) || isEnumType(type)
}

/** A place for an input of one scalar type: the way to it from the variables, such as `['input', 'groupIds', 0]`. */
export interface Place {
  path: (string | number)[]
  type: string
  required: boolean
}

export function inputPlaces(field: Field, scalars: string[]): Place[] {
  return field.args.flatMap((arg) => placesIn(arg.type, [arg.name], scalars))
}

function placesIn(type: GraphQLInputType, path: (string | number)[], scalars: string[]): Place[] {
  const required = isNonNullType(type)
  const bare = isNonNullType(type) ? type.ofType : type
  if (isListType(bare)) return placesIn(bare.ofType as GraphQLInputType, [...path, 0], scalars)
  if (isInputObjectType(bare))
    return Object.values(bare.getFields()).flatMap((field) => placesIn(field.type, [...path, field.name], scalars))
  return isScalarType(bare) && scalars.includes(bare.name) ? [{ path, type: bare.name, required }] : []
}

/** A copy of the variables with one value put in another's place. */
export function withValue(variables: Record<string, unknown>, path: (string | number)[], value: unknown): Record<string, unknown> {
  const copy = structuredClone(variables)
  let at: Record<string | number, unknown> = copy
  for (const [n, step] of path.entries()) {
    if (n === path.length - 1) at[step] = value
    else {
      at[step] ??= typeof path[n + 1] === 'number' ? [] : {}
      at = at[step] as Record<string | number, unknown>
    }
  }
  return copy
}
