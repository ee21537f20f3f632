import { randomUUID } from 'node:crypto'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { buildSchemas } from '../../src/api/schema.ts'
import type { Answer, Person, Visitor } from '../support/hub.ts'
import { documentFor, rootFields } from './documents.ts'
import type { ChatKind, Operation, PersonName, Things, Variables } from './matrix.ts'
import { chatKinds } from './matrix.ts'
import type { Made, World } from './world.ts'

export const schemas = buildSchemas()
export const operations = rootFields(schemas.api)
export const visitorOperations = rootFields(schemas.visitor)
const documents = new Map([...operations].map(([name, field]) => [name, documentFor(field)]))
const visitorDocuments = new Map([...visitorOperations].map(([name, field]) => [name, documentFor(field)]))

/** One way in: the same question over HTTP or over a socket. */
export interface Way {
  ask(query: string, variables?: Variables): Promise<Answer>
}

/** What an answer says: `yes`, `missing`, `signed_out`, `no_workspace` or the code of another refusal. */
export function outcomeOf(answer: Answer): string {
  const [error] = answer.errors ?? []
  if (error)
    return (
      named(error.extensions?.code as string | undefined, error.extensions?.field as string | undefined) ??
      `an error without a code: ${error.message}`
    )
  const value = Object.values(answer.data ?? {})[0] as
    | null
    | false
    | { __typename?: string; Refusal_code?: string; Refusal_field?: string }
    | undefined
  if (value === null || value === false || value === undefined) return 'missing'
  return value.__typename === 'Refusal' ? (named(value.Refusal_code, value.Refusal_field) ?? 'a refusal without a code') : 'yes'
}
const named = (code: string | undefined, field: string | undefined): string | undefined =>
  code !== 'not_found' ? code : field === 'workspace' ? 'no_workspace' : 'missing'

export const tryIt = (way: Way, name: string, variables: Variables): Promise<Answer> => way.ask(documents.get(name) ?? '', variables)
export const tryAsVisitor = (visitor: Way, name: string, variables: Variables): Promise<Answer> =>
  visitor.ask(visitorDocuments.get(name) ?? '', variables)

/** A visitor's token shown at the operators' door. */
export const visitorAtTheDesk = (world: World, visitor: Visitor): Way => ({
  ask: async (query, variables) => {
    const headers = {
      'content-type': 'application/json',
      origin: world.hub.url,
      authorization: `Visitor ${visitor.token}`,
      'x-parley-workspace': 'acme',
    }
    return (await (
      await fetch(`${world.hub.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    ).json()) as Answer
  },
})

export type Socket = Way & { close(): void }

/** A socket of this person; each question is an operation of its own on it. */
export function socketOf(person: Pick<Person, 'url' | 'cookie' | 'workspace'>): Socket {
  class WithCookie extends WebSocket {
    constructor(to: string, protocols: string[]) {
      super(to, protocols, { headers: { cookie: person.cookie, origin: person.url } })
    }
  }
  const client = createClient({
    url: `${person.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WithCookie,
    connectionParams: { workspace: person.workspace },
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => {},
  })
  return {
    ask: (query, variables = {}) =>
      new Promise((resolve, reject) => {
        let answer: Answer = {}
        client.subscribe(
          { query, variables },
          {
            next: (result) => {
              answer = result as Answer
            },
            // Faults of the request itself come as the protocol's error message: a list of errors.
            error: (error) => (Array.isArray(error) ? resolve({ errors: error as Answer['errors'] }) : reject(error)),
            complete: () => resolve(answer),
          },
        )
      }),
    close: () => void client.dispose(),
  }
}

/** Things of our workspace around a chat. `own`: the operation for which they are made, which may use them up; true: any. */
export async function thingsOf(
  world: World,
  made: Made,
  who: PersonName | null,
  { sessionOf, own }: { sessionOf?: Person; own?: string | true } = {},
): Promise<Things> {
  const ids = Object.fromEntries(Object.entries(world.people).map(([name, { id }]) => [name, id])) as Record<PersonName, string>
  const usesUp = (names: RegExp) => own === true || (own !== undefined && names.test(own))
  const { templateId, imageId, filterId } = world.written
  return {
    ...made,
    operators: { ...ids, spare: world.spareId, self: who ? ids[who] : randomUUID() },
    groups: { here: world.groups.here, there: world.groups.there },
    channelId: world.channels.spare,
    bulkRunId: usesUp(/undoBulk/) ? (await world.makeChat('queued')).bulkRunId : made.bulkRunId,
    scheduleId: usesUp(/Schedule/) ? await world.makeSchedule() : world.scheduleId,
    addressBlockId: usesUp(/Block/) ? await world.makeAddressBlock() : world.addressBlockId,
    otherCustomerId: usesUp(/mergeCustomers|Duplicate/) ? (await world.makeChat('free')).customerId : world.otherCustomerId,
    customerFieldId: usesUp(/archiveCustomerField/) ? await world.makeCustomerField() : world.customerFieldId,
    visitId: world.visits.ours,
    approachTextId: usesUp(/Approach(Text|Rule)/) ? await world.makeApproachText() : world.approachTextId,
    approachRuleId: usesUp(/ApproachRule/) ? await world.makeApproachRule() : world.approachRuleId,
    fieldId: usesUp(/archiveFormField/) ? await world.makeField() : world.fieldId,
    ...(usesUp(/Tag/) ? { tagId: await world.makeTag(), otherTagId: await world.makeTag() } : world.tags),
    templateId: usesUp(/Template/) ? await world.makeTemplate() : templateId,
    imageId: usesUp(/Library/) ? await world.makeImage() : imageId,
    filterId: usesUp(/SavedFilter/) ? await world.makeFilter() : filterId,
    uploadId: who ? (usesUp(/Template|Library/) ? await world.makeUpload(ids[who]) : world.uploads[who]) : randomUUID(),
    sessionId: sessionOf ? await world.makeSession(sessionOf) : randomUUID(),
    word: randomUUID(),
  }
}

/** Things nobody has. */
export function nothing(): Things {
  const id = randomUUID
  const operators = {
    member: id(),
    outsider: id(),
    holder: id(),
    leader: id(),
    otherLeader: id(),
    supervisor: id(),
    admin: id(),
    spare: id(),
    self: id(),
  }
  return {
    chatId: id(),
    number: 2_000_000_000,
    messageId: id(),
    unknownMessageId: id(),
    ownMessageId: id(),
    commentId: id(),
    alertId: id(),
    bulkRunId: id(),
    customerId: id(),
    identityId: id(),
    blockId: id(),
    addressBlockId: id(),
    requestId: id(),
    scheduleId: id(),
    operators,
    groups: { here: id(), there: id() },
    channelId: id(),
    tagId: id(),
    otherTagId: id(),
    templateId: id(),
    imageId: id(),
    filterId: id(),
    uploadId: id(),
    visitId: id(),
    approachTextId: id(),
    approachRuleId: id(),
    fieldId: id(),
    customerFieldId: id(),
    noteId: id(),
    mergeId: id(),
    otherCustomerId: id(),
    sessionId: id(),
    word: id(),
  }
}

/** The lines of an operation, each with the kind of chat it is tried on. */
export const linesOf = (operation: Operation): { line: string; kind: ChatKind; columns: string }[] =>
  Object.entries(operation.lines).map(([line, columns]) => ({
    line,
    kind: (chatKinds as readonly string[]).includes(line) ? (line as ChatKind) : 'queued',
    columns: columns ?? '',
  }))
