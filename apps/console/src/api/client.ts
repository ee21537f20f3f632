import { type AnyVariables, Client, type CombinedError, createRequest, fetchExchange, type TypedDocumentNode } from '@urql/vue'

/** Why the hub gave no answer. `offline`: it could not be reached, the question may be asked again. */
export type Trouble = 'offline' | 'signed_out' | 'defect'

/** Thrown by every question to the hub that was not answered. `message` is in the reader's language for defects. */
export class ApiError extends Error {
  readonly trouble: Trouble
  constructor(trouble: Trouble, message: string) {
    super(message)
    this.name = 'ApiError'
    this.trouble = trouble
  }
}

const answerWithinMs = 15_000
const chosen = { workspace: '', language: 'en', onSignedOut: () => {} }

/** Every following question is about this workspace (its slug; empty: none). */
export function chooseWorkspace(slug: string): void {
  chosen.workspace = slug
}
/** Refusals and failures come back in this language (BCP 47). */
export function chooseAnswerLanguage(language: string): void {
  chosen.language = language
}
/** Called each time the hub says that nobody is signed in any more. */
export function whenSignedOut(handler: () => void): void {
  chosen.onSignedOut = handler
}

/** Headers which every request to the hub carries. */
export function hubHeaders(): Record<string, string> {
  const headers: Record<string, string> = { 'accept-language': chosen.language }
  if (chosen.workspace) headers['x-parley-workspace'] = chosen.workspace
  return headers
}

const client = new Client({
  url: '/graphql',
  exchanges: [fetchExchange],
  preferGetMethod: false,
  requestPolicy: 'network-only',
  fetchOptions: () => ({ headers: hubHeaders(), credentials: 'same-origin' }),
  fetch: (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.any([AbortSignal.timeout(answerWithinMs), ...(init?.signal ? [init.signal] : [])]) }),
})

let asked = 0
/** Asks the hub something and answers with its data, or throws {@link ApiError}. */
export async function ask<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  // urql gives who asks the same again the answer that is on its way; that one may be older than the reason for asking again.
  const request = { ...createRequest(document, variables), key: ++asked }
  const { data, error } = await client.executeQuery(request).toPromise()
  return answered(data, error)
}

/** Tells the hub to do something; what it refuses is part of the data. Throws {@link ApiError} when there is no answer. */
export async function tell<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await client.mutation(document, variables).toPromise()
  return answered(data, error)
}

function answered<Data>(data: Data | undefined, error: CombinedError | undefined): Data {
  if (error) throw troubleOf(error)
  if (data === undefined || data === null) throw new ApiError('offline', 'no answer')
  return data
}

function troubleOf(error: CombinedError): ApiError {
  const status = (error.response as Response | undefined)?.status
  const code = error.graphQLErrors[0]?.extensions.code
  if (status === 401 || code === 'signed_out' || code === 'UNAUTHENTICATED') {
    chosen.onSignedOut()
    return new ApiError('signed_out', error.message)
  }
  if (error.networkError && (!status || status >= 502)) return new ApiError('offline', error.message)
  return new ApiError('defect', error.graphQLErrors[0]?.message ?? error.message)
}
