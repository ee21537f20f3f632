import { graphql, type ResultOf } from './graphql.ts'

/**
 * What the feed tells of a thing ends in `News`: without the fields that depend on who looks, so that the hub renders a frame
 * once for everybody. The rest is asked where it is needed.
 */
export const operatorNews = graphql(`
  fragment OperatorNews on Operator { id name role limited presence presenceSince avatarUrl languages load capacity ownCapacity active joined groups { id name } }
`)
export const operatorFields = graphql(`fragment OperatorFields on Operator { ...OperatorNews email }`, [operatorNews])
export const groupFields = graphql(`
  fragment GroupFields on Group { id name assigns online members { id name } supervisors { id name } }
`)
export const workspaceFields = graphql(`
  fragment WorkspaceFields on Workspace { id slug name language country waitingAfterMinutes transferOffline }
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
    id kind name official state reason action account paused assigns memoryMb capabilities publicKey lastInboundAt lastOutboundAt
    quietMinutes stateSince alarm alarmSince accessEndsAt inboundLagSeconds removedAt
    check { at ok latencyMs note }
    group { id name }
    pairing { qr code expiresAt }
  }
`)
export const tagFields = graphql(`
  fragment TagFields on Tag { id name colour }
`)
export const customerFields = graphql(`
  fragment CustomerFields on Customer {
    __typename id name email phone phoneE164 taxId version registeredAt createdAt
    values { values field { id } }
    tags { id }
    identities { id handle name username reachable channel { id kind name } block { id reason until byAddress createdBy { id name } } }
  }
`)
export const noteFields = graphql(`
  fragment NoteFields on Note { __typename id customerId text at editedAt removedAt clientId author { id name avatarUrl } }
`)
export const fileNews = graphql(`
  fragment FileNews on File { id name mime size kind state width height durationMs goneReason letter }
`)
export const fileFields = graphql(`fragment FileFields on File { ...FileNews url thumbnailUrl }`, [fileNews])
const messageBody = graphql(`
  fragment MessageBody on Message {
    __typename id chatId direction authorKind authorName text at position platformAt editedAt removedAt late albumId unsupported delivery clientId
    signature
    letter { subject quoted automatic }
    operator { id name avatarUrl }
    replyTo { id authorName authorKind text removedAt unsupported files { kind } }
    location { latitude longitude title }
    contacts { name phones }
    referral { name value }
    reactions { by emoji operator { id } }
    buttons { label chosen }
    changes { id kind state text emoji operator { name } failure { words platform } }
    failure { code words platform }
  }
`)
export const messageNews = graphql(`fragment MessageNews on Message { ...MessageBody files { ...FileNews } }`, [messageBody, fileNews])
export const messageFields = graphql(`fragment MessageFields on Message { ...MessageBody files { ...FileFields } }`, [
  messageBody,
  fileFields,
])
const commentBody = graphql(`
  fragment CommentBody on Comment {
    __typename id chatId text at audience editedAt removedAt clientId
    author { id name avatarUrl }
    toOperator { id name }
    mentions { id name }
  }
`)
export const commentNews = graphql(`fragment CommentNews on Comment { ...CommentBody files { ...FileNews } }`, [commentBody, fileNews])
export const commentFields = graphql(`fragment CommentFields on Comment { ...CommentBody files { ...FileFields } }`, [
  commentBody,
  fileFields,
])
export const activityFields = graphql(`
  fragment ActivityFields on Activity {
    __typename id type at comment score until wakeReason full byCustomer continuesIn operator { id name } fromOperator { id name } toOperator { id name } toGroup { id name } leaver { id name }
    reason { code free load capacity minutes }
  }
`)
export const alertFields = graphql(`
  fragment AlertFields on Alert {
    __typename id kind at readAt chatId
    by { id name avatarUrl }
    chat { id number customer { id name } }
    alarm
    channel { id name kind }
    comment { id text removedAt }
  }
`)
/** A chat as a row of the list and the head of a thread show it. */
export const chatNews = graphql(`
  fragment ChatNews on Chat {
    id number state threadKind openedAt closedAt lastMessageAt waitingSince unread firstUnreadId replyWindowEndsAt closedFully snoozedAt snoozedUntil calmedAt missedAt elsewhereSince
    handOver { to failure { words platform } }
    channel { id kind name }
    tags { id }
    customer { id name tags { id } }
    operator { id name avatarUrl }
    group { id name }
    participants { id name }
    heldSeen
    lastMessage { id direction authorKind authorName operator { id } text removedAt unsupported delivery letter { subject } files { kind } }
  }
`)
export const chatFields = graphql(
  `fragment ChatFields on Chat { ...ChatNews may { reply comment commentToOperator take takeOver transfer share leave close reopen snooze calm handOver block transcript } }`,
  [chatNews],
)
/** Something done to many chats; told to its operator alone. */
export const bulkRunFields = graphql(`
  fragment BulkRunFields on BulkRun {
    __typename id kind undoes state total waiting done unchanged failed leftOut createdAt endedAt mayUndo on
    tag { id name colour }
    operator { id name }
    group { id name }
  }
`)
export const profileFields = graphql(`
  fragment ProfileFields on Profile { __typename signature signs visitColumns notices { kind sound visual desktop } }
`)
export const refusalFields = graphql(`
  fragment RefusalFields on Refusal { __typename code message field remedy }
`)

export type OperatorNews = ResultOf<typeof operatorNews>
export type Operator = ResultOf<typeof operatorFields>
export type Group = ResultOf<typeof groupFields>
export type Workspace = ResultOf<typeof workspaceFields>
export type Account = ResultOf<typeof accountFields>
export type Channel = ResultOf<typeof channelFields>
export type Tag = ResultOf<typeof tagFields>
export type Customer = ResultOf<typeof customerFields>
export type Note = ResultOf<typeof noteFields>
export type ChatNews = ResultOf<typeof chatNews>
export type ChatRights = ResultOf<typeof chatFields>['may']
/** `may` is null while it has not been asked. */
export type Chat = ChatNews & { may: ChatRights | null }
export type Message = ResultOf<typeof messageFields>
export type MessageNews = ResultOf<typeof messageNews>
export type FileNews = ResultOf<typeof fileNews>
export type MessageFile = ResultOf<typeof fileFields>
export type Activity = ResultOf<typeof activityFields>
export type Comment = ResultOf<typeof commentFields>
export type CommentNews = ResultOf<typeof commentNews>
export type BulkRun = ResultOf<typeof bulkRunFields>
export type Profile = ResultOf<typeof profileFields>
export type NoticeChoice = Profile['notices'][number]
export type NoticeKind = NoticeChoice['kind']
export type Alert = ResultOf<typeof alertFields>
export type TimelineItem = Message | Comment | Activity
export type Refusal = ResultOf<typeof refusalFields>
export type ChannelKind = Channel['kind']
export type Presence = Operator['presence']
export type Role = Operator['role']
export type ApiLanguage = Workspace['language']
