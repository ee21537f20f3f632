/** Every document the widget sends; a test holds them against schema/visitor.graphql. */

const asks = 'asks { name kind label options required }'
const siteFields = `name online language accent style logoUrl greeting offlineText opensAt takesRequests maxFileBytes previewsTyping ${asks}`
const chatFields = 'id state operatorName operatorAvatarUrl place usualWait unread mayRate mayMail rating { score comment }'
const messageFields =
  'id clientId author authorName authorAvatarUrl text files { id name mime size kind width height url thumbnailUrl } at removed edited delivery notice replyTo { id author authorName text removed } reactions { emoji by }'
const pageFields = `edges { node { ${messageFields} } cursor } pageInfo { hasPreviousPage startCursor }`
const refusalFields = '... on Refusal { code message field remedy }'

export const siteQuery = `query Site($key: String!) { site(key: $key) { ${siteFields} } }`

export const snapshotQuery = `query Snapshot($key: String!, $last: Int!) { site(key: $key) { ${siteFields} }
visitor { id name email ${asks} chat { ${chatFields} messages(last: $last) { ${pageFields} } } } }`

export const olderQuery = `query Older($last: Int!, $before: String) { visitor { chat { messages(last: $last, before: $before) { ${pageFields} } } } }`

export const startMutation = `mutation Start($input: StartVisitorInput!) { startVisitor(input: $input) { __typename
... on StartVisitorSuccess { token visitor { id name email } } ${refusalFields} } }`

export const describeMutation = `mutation Describe($input: DescribeVisitorInput!) { describeVisitor(input: $input) { __typename
... on Visitor { id name email ${asks} } ${refusalFields} } }`

export const sendMutation = `mutation Send($input: VisitorMessageInput!) { sendMessage(input: $input) { __typename
... on VisitorMessage { ${messageFields} } ${refusalFields} } }`

export const acknowledgeMutation =
  'mutation Acknowledge($messageId: ID!, $read: Boolean!) { acknowledge(messageId: $messageId, read: $read) }'

export const typingMutation = 'mutation Typing($on: Boolean!, $text: String) { setTyping(on: $on, text: $text) }'

export const joinMutation = 'mutation Join($browser: String!) { joinVisit(browser: $browser) }'

export const feedSubscription = `subscription Feed($after: Int) { visitorFeed(after: $after) { cursor reset
message { ${messageFields} } chat { ${chatFields} } queue { place usualWait } typing online } }`
