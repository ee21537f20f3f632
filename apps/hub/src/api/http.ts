import { randomBytes } from 'node:crypto'
import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor'
import type { Language } from '@parley/schema/vocabulary'
import { type ExecutionResult, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import { HubError } from '../errors.ts'
import { languageOf, refusalWords } from '../words/index.ts'
import { asGraphQLError } from './builder.ts'
import type { Services } from './context.ts'
import { tellSchemaTo } from './disclosure.ts'
import { createDocumentCache, noErrorCache } from './documents.ts'

const mostBytes = 1024 * 1024

type AnyContext = { language: Language }
export type GraphQLServer = ReturnType<typeof createGraphQLServer>

/**
 * One schema over HTTP. Well-formed JSON POSTs take the short way through `getEnveloped` (nine times faster than the HTTP
 * layer, measured); everything else, and every malformed one, goes through Yoga, which answers as GraphQL over HTTP says.
 */
export function createGraphQLServer<Context extends AnyContext>(schema: GraphQLSchema, path: string, services: Pick<Services, 'log'>) {
  const knowsSchema = (context: unknown) => Boolean((context as { account?: unknown } | undefined)?.account)
  const yoga = createYoga<Context>({
    schema,
    graphqlEndpoint: path,
    cors: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    logging: false,
    multipart: false,
    maskedErrors: { maskError: (error) => maskError(error, services) },
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: noErrorCache },
    plugins: [refuseForms(), wordErrors(services), ...limits(), tellSchemaTo(knowsSchema)] as Plugin[],
  })

  /** Answers null where the short way does not fit. `body` is the JSON text. */
  async function quick(body: string, context: Context): Promise<string | null> {
    const params = paramsOf(body)
    if (!params) return null
    const { parse, validate, contextFactory, execute, schema: enveloped } = yoga.getEnveloped({ ...context, params } as never)
    let document: ReturnType<typeof parse>
    try {
      document = parse(params.query)
      if (validate(enveloped, document).length > 0) return null
    } catch {
      return null
    }
    const operation = getOperationAST(document, params.operationName)
    if (!operation || operation.operation === 'subscription') return null
    const result = (await execute({
      schema: enveloped,
      document,
      variableValues: params.variables,
      operationName: params.operationName,
      contextValue: await contextFactory(),
    })) as ExecutionResult
    // Faults of the request itself (a variable of the wrong type) are answered by the long way, with its status.
    return result.data === undefined ? null : JSON.stringify(result)
  }

  return {
    yoga,
    async handle(request: Request, context: Context): Promise<Response> {
      if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return tooLarge(context.language)
      if (request.method !== 'POST' || !isJson(request) || !acceptsJson(request)) return yoga.fetch(request, context)
      const body = await textUpTo(request, mostBytes)
      if (body === null) return tooLarge(context.language)
      const answer = await quick(body, context)
      if (answer !== null) return new Response(answer, { headers: { 'content-type': mediaType(request), 'cache-control': 'no-store' } })
      return yoga.fetch(new Request(request.url, { method: 'POST', headers: request.headers, body }), context)
    },
  }
}

/** A refusal outside a mutation's result, or a defect: the client never sees what is inside. */
function maskError(error: unknown, services: Pick<Services, 'log'>): Error {
  const original = error instanceof GraphQLError ? error.originalError : error
  // A GraphQLError below another one is a value that does not fit its type: the caller's fault, and told to him.
  if (original instanceof HubError || original instanceof GraphQLError || (error instanceof GraphQLError && !original))
    return error as Error
  if (error instanceof GraphQLError && error.extensions.code) return error
  return defect(error, 'en', services)
}

/** Something of ours went wrong: the client gets a number and words, the log the same number and the cause. */
function defect(error: unknown, language: Language, services: Pick<Services, 'log'>): GraphQLError {
  const id = randomBytes(4).toString('hex')
  const { nodes, path, originalError = error } = error instanceof GraphQLError ? error : { nodes: undefined, path: undefined }
  services.log.error({ err: originalError, errorId: id }, 'a resolver failed')
  const { message, remedy } = refusalWords('defect', { id }, language)
  return new GraphQLError(message, { nodes, path, extensions: { code: 'defect', id, remedy } })
}

/** What is thrown outside a command's result, refusals and defects alike, is put into the reader's language. */
function wordErrors(services: Pick<Services, 'log'>): Plugin {
  const worded = (error: GraphQLError, language: Language): GraphQLError => {
    const { originalError, nodes, path } = error
    if (!originalError || originalError instanceof GraphQLError) return error
    if (!(originalError instanceof HubError)) return defect(error, language, services)
    const { message, extensions } = asGraphQLError(originalError, refusalWords(originalError.code, originalError.details, language))
    return new GraphQLError(message, { nodes, path, extensions })
  }
  return {
    onExecute: ({ args }) => ({
      onExecuteDone: ({ result, setResult }) => {
        const { errors } = result as ExecutionResult
        if (!errors?.some((error) => error.originalError)) return
        const { language } = args.contextValue as unknown as AnyContext
        setResult({ ...(result as ExecutionResult), errors: errors.map((error) => worded(error, language)) })
      },
    }),
  } as Plugin
}

/** Yoga runs mutations posted by a plain HTML form; a browser sends those across sites without asking. */
function refuseForms(): Plugin {
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      if (request.method !== 'POST' || isJson(request)) return
      const { message, remedy } = refusalWords('json_only', {}, languageOf(request.headers.get('accept-language')))
      endResponse(fetchAPI.Response.json({ errors: [{ message, extensions: { code: 'json_only', remedy } }] }, { status: 415 }))
    },
  }
}

/** The parser descends as deep as the text is nested; where the stack ends before the limits do, that too is only too much. */
function refuseDepths(): Plugin {
  return {
    onParse: ({ parseFn, setParseFn }) =>
      setParseFn((source, options) => {
        try {
          return parseFn(source, options)
        } catch (error) {
          throw error instanceof RangeError ? new GraphQLError('Syntax Error: Nested too deep.') : error
        }
      }),
  }
}

const limits = (): Plugin[] => [
  EnvelopArmorPlugin({
    maxDepth: { n: 14 },
    maxAliases: { n: 30 },
    maxDirectives: { n: 20 },
    maxTokens: { n: 3_000 },
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  }) as Plugin,
  refuseDepths(),
]

interface Params {
  query: string
  variables?: Record<string, unknown>
  operationName?: string
}
function paramsOf(body: string): Params | null {
  try {
    const value = JSON.parse(body) as Record<string, unknown> | null
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
    const { query, variables, operationName, extensions } = value
    const isMap = (part: unknown) => part == null || (typeof part === 'object' && !Array.isArray(part))
    if (
      typeof query !== 'string' ||
      !isMap(variables) ||
      !isMap(extensions) ||
      (operationName != null && typeof operationName !== 'string')
    )
      return null
    return { query, variables: (variables ?? undefined) as Params['variables'], operationName: operationName ?? undefined }
  } catch {
    return null
  }
}

const isJson = (request: Request): boolean =>
  /^application\/(?:json|graphql\+json)\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '')
const acceptsJson = (request: Request): boolean => {
  const accept = request.headers.get('accept')
  return !accept || /\*\/\*|application\/(?:json|graphql-response\+json|\*)/.test(accept)
}
const mediaType = (request: Request): string =>
  /application\/graphql-response\+json/.test(request.headers.get('accept') ?? '')
    ? 'application/graphql-response+json; charset=utf-8'
    : 'application/json; charset=utf-8'

/** The body as text; null once it is longer than `most` bytes, read no further than that. */
async function textUpTo(request: Request, most: number): Promise<string | null> {
  if (request.headers.has('content-length')) return request.text()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > most) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function tooLarge(language: Language): Response {
  const { message, remedy } = refusalWords('too_large', { max: '1 MB' }, language)
  return Response.json(
    { errors: [{ message, extensions: { code: 'too_large', remedy } }] },
    { status: 413, headers: { connection: 'close' } },
  )
}
