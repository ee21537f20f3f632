import { type DocumentNode, type ExecutionResult, GraphQLError, visit } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/**
 * The schema is told to whoever is signed in, because partners build on it; `knows` says who that is. Others get neither
 * introspection nor hints: what is not in the documents they have is not theirs to find out.
 */
export function tellSchemaTo(knows: (context: unknown) => boolean): Plugin {
  return {
    onValidate:
      ({ context }) =>
      ({ result, setResult }) => {
        if (!knows(context)) setResult((result as readonly GraphQLError[]).map(withoutHint))
      },
    onExecute: ({ args, setResultAndStopExecution }) => {
      if (knows(args.contextValue)) return undefined
      if (introspects(args.document)) return setResultAndStopExecution({ errors: [hidden()] })
      return {
        onExecuteDone: ({ result, setResult }) => {
          const { errors } = result as ExecutionResult
          if (errors) setResult({ ...(result as ExecutionResult), errors: errors.map(withoutHint) })
        },
      }
    },
  } as Plugin
}

const hidden = (): GraphQLError =>
  new GraphQLError('The schema is shown to those who are signed in.', { extensions: { code: 'signed_out', http: { status: 400 } } })

const known = new WeakMap<DocumentNode, boolean>()

function introspects(document: DocumentNode): boolean {
  const present = known.get(document)
  if (present !== undefined) return present
  let found = false
  visit(document, {
    Field: ({ name }) => {
      found ||= name.value === '__schema' || name.value === '__type'
    },
  })
  known.set(document, found)
  return found
}

/** Without what graphql-js adds to help: names that are like the one that was tried. */
function withoutHint(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ Did you mean .*\?$/s, '')
  return message === error.message
    ? error
    : new GraphQLError(message, {
        nodes: error.nodes,
        source: error.source,
        positions: error.positions,
        path: error.path,
        extensions: error.extensions,
      })
}
