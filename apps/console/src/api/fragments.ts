import { graphql, type ResultOf } from './graphql.ts'

/**
 * What the feed tells of a thing ends in `News`: without the fields that depend on who looks, so that the hub renders a frame
 * once for everybody. The rest is asked where it is needed.
 */
export const operatorNews = graphql(`
  fragment OperatorNews on Operator { id name role presence avatarUrl load active groups { id name } }
`)
export const operatorFields = graphql(`fragment OperatorFields on Operator { ...OperatorNews email }`, [operatorNews])
export const groupFields = graphql(`
  fragment GroupFields on Group { id name members { id name } supervisors { id name } }
`)
export const workspaceFields = graphql(`
  fragment WorkspaceFields on Workspace { id slug name language waitingAfterMinutes }
`)
export const accountFields = graphql(
  `
  fragment AccountFields on Account {
    id name email language
    workspaces { ...WorkspaceFields }
    sessions { id createdAt lastSeenAt userAgent ip current }
  }
`,
  [workspaceFields],
)
/** What everybody may know of a channel; its options are asked by the settings pages alone. */
export const channelFields = graphql(`
  fragment ChannelFields on Channel {
    id kind name official state reason action account paused capabilities publicKey lastInboundAt lastOutboundAt
    group { id name }
  }
`)
export const customerFields = graphql(`
  fragment CustomerFields on Customer {
    id name email phone createdAt
    identities { id handle name username channel { id kind name } }
  }
`)
export const fileNews = graphql(`
  fragment FileNews on File { id name mime size kind state width height durationMs goneReason }
`)
export const fileFields = graphql(`fragment FileFields on File { ...FileNews url thumbnailUrl }`, [fileNews])
const messageBody = graphql(`
  fragment MessageBody on Message {
    __typename id chatId direction authorKind authorName text at position platformAt editedAt removedAt late albumId unsupported delivery clientId
    operator { id name }
    replyTo { id authorName authorKind text removedAt unsupported files { kind } }
    location { latitude longitude title }
    contacts { name phones }
    reactions { by emoji }
    failure { code words platform }
  }
`)
export const messageNews = graphql(`fragment MessageNews on Message { ...MessageBody files { ...FileNews } }`, [messageBody, fileNews])
export const messageFields = graphql(`fragment MessageFields on Message { ...MessageBody files { ...FileFields } }`, [
  messageBody,
  fileFields,
])
export const activityFields = graphql(`
  fragment ActivityFields on Activity {
    __typename id type at comment operator { id name } toOperator { id name } toGroup { id name }
  }
`)
/** A chat as a row of the list and the head of a thread show it. */
export const chatNews = graphql(`
  fragment ChatNews on Chat {
    id number state openedAt closedAt lastMessageAt waitingSince unread firstUnreadId replyWindowEndsAt
    channel { id kind name }
    customer { id name }
    operator { id name }
    group { id name }
    lastMessage { id direction authorKind authorName text removedAt unsupported delivery files { kind } }
  }
`)
export const chatFields = graphql(`fragment ChatFields on Chat { ...ChatNews may { reply take transfer close reopen } }`, [chatNews])
export const refusalFields = graphql(`
  fragment RefusalFields on Refusal { __typename code message field remedy }
`)

export type OperatorNews = ResultOf<typeof operatorNews>
export type Operator = ResultOf<typeof operatorFields>
export type Group = ResultOf<typeof groupFields>
export type Workspace = ResultOf<typeof workspaceFields>
export type Account = ResultOf<typeof accountFields>
export type Channel = ResultOf<typeof channelFields>
export type Customer = ResultOf<typeof customerFields>
export type ChatNews = ResultOf<typeof chatNews>
export type ChatRights = ResultOf<typeof chatFields>['may']
/** `may` is null while it has not been asked. */
export type Chat = ChatNews & { may: ChatRights | null }
export type Message = ResultOf<typeof messageFields>
export type MessageNews = ResultOf<typeof messageNews>
export type FileNews = ResultOf<typeof fileNews>
export type MessageFile = ResultOf<typeof fileFields>
export type Activity = ResultOf<typeof activityFields>
export type TimelineItem = Message | Activity
export type Refusal = ResultOf<typeof refusalFields>
export type ChannelKind = Channel['kind']
export type Presence = Operator['presence']
export type Role = Operator['role']
export type ApiLanguage = Workspace['language']
