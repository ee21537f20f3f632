import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const blockFields = graphql(`
  fragment BlockFields on Block {
    __typename id byAddress address reason until over hits lastHitAt createdAt
    createdBy { id name }
    identity { id handle name username channel { id kind name } customer { id name } }
  }
`)
export type Block = ResultOf<typeof blockFields>

const blocksQuery = graphql(
  `
  query Blocks($search: String, $first: Int, $after: String) {
    blocks(search: $search, first: $first, after: $after) { edges { node { ...BlockFields } } pageInfo { hasNextPage endCursor } }
  }
`,
  [blockFields],
)
export const listBlocks = async (variables: VariablesOf<typeof blocksQuery>) => (await ask(blocksQuery, variables)).blocks

const blockable = graphql(
  `
  query Blockable($customerId: ID!) {
    customer(id: $customerId) { id identities { id handle name username address neighbours channel { id kind name } block { ...BlockFields } } }
  }
`,
  [blockFields],
)
/** The identities of a customer, with what hinders them now. */
export const listBlockable = async (customerId: string) => (await ask(blockable, { customerId })).customer?.identities ?? []
export type Blockable = Awaited<ReturnType<typeof listBlockable>>[number]

const identity = graphql(
  `
  mutation BlockIdentity($identityId: ID!, $reason: String, $until: DateTime) {
    blockIdentity(identityId: $identityId, reason: $reason, until: $until) { __typename ... on Identity { id } ...RefusalFields }
  }
`,
  [refusalFields],
)
export const blockIdentity = async (variables: VariablesOf<typeof identity>) => (await tell(identity, variables)).blockIdentity

const address = graphql(
  `
  mutation BlockAddress($address: String!, $reason: String, $until: DateTime) {
    blockAddress(address: $address, reason: $reason, until: $until) { __typename ... on Block { id } ...RefusalFields }
  }
`,
  [refusalFields],
)
export const blockAddress = async (variables: VariablesOf<typeof address>) => (await tell(address, variables)).blockAddress

const lift = graphql(
  `mutation LiftBlock($blockId: ID!) { liftBlock(blockId: $blockId) { __typename ... on Block { id } ...RefusalFields } }`,
  [refusalFields],
)
export const liftBlock = async (blockId: string) => (await tell(lift, { blockId })).liftBlock
