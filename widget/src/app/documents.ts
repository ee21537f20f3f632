/** Every document the widget sends; a test holds them against schema/visitor.graphql. */

const asks = 'asks { name kind label options required }'
const siteFields = `name online language accent style logoUrl greeting offlineText opensAt takesRequests maxFileBytes previewsTyping ${asks}`
const chatFields = 'id state operatorName operatorAvatarUrl place usualWait unread mayRate mayMail rating { score comment }'
const messageFields =
  'id clientId author authorName authorAvatarUrl text files { id name mime size kind width height url thumbnailUrl } at removed edited delivery notice replyTo { id author authorName text removed } reactions { emoji by } buttons { label chosen }'
const pageFields = `edges { node { ${messageFields} } cursor } pageInfo { hasPreviousPage startCursor }`
const refusalFields = '... on Refusal { code message field remedy }'

export const siteQuery = `query($key: String!) { site(key: $key) { ${siteFields} } }`

export const snapshotQuery = `query($key: String!, $last: Int!) { site(key: $key) { ${siteFields} }
visitor { id name email ${asks} chat { ${chatFields} messages(last: $last) { ${pageFields} } } } }`

export const olderQuery = `query($last: Int!, $before: String) { visitor { chat { messages(last: $last, before: $before) { ${pageFields} } } } }`

export const startMutation = `mutation($input: StartVisitorInput!) { startVisitor(input: $input) { __typename
... on StartVisitorSuccess { token visitor { id name email } } ${refusalFields} } }`

export const describeMutation = `mutation($input: DescribeVisitorInput!) { describeVisitor(input: $input) { __typename
... on Visitor { id name email ${asks} } ${refusalFields} } }`

export const sendMutation = `mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { __typename
... on VisitorMessage { ${messageFields} } ${refusalFields} } }`

export const acknowledgeMutation = 'mutation($messageId: ID!, $read: Boolean!) { acknowledge(messageId: $messageId, read: $read) }'

export const typingMutation = 'mutation($on: Boolean!, $text: String) { setTyping(on: $on, text: $text) }'

export const joinMutation = 'mutation($browser: String!) { joinVisit(browser: $browser) }'

export const feedSubscription = `subscription($after: Int) { visitorFeed(after: $after) { cursor reset
message { ${messageFields} } chat { ${chatFields} } queue { place usualWait } typing online } }`

export const formQuery = 'query($key: String!) { site(key: $key) { requestCategories requestFields { id label kind options required } } }'

export const leaveMutation = `mutation($input: RequestFormInput!) { leaveRequest(input: $input) { __typename
... on LeaveRequestSuccess { token number visitor { id name email } } ${refusalFields} } }`

export const identifyMutation = `mutation($input: IdentifyInput!) { identify(input: $input) { __typename
... on StartVisitorSuccess { token visitor { id name email } } ${refusalFields} } }`

export const logOutMutation = 'mutation { logOut }'

export const backMutation = `mutation($token: String!) { comeBack(token: $token) { __typename
... on StartVisitorSuccess { token visitor { id name email } } ${refusalFields} } }`

export const rateMutation = `mutation($input: RatingInput!) { rateChat(input: $input) { __typename
... on VisitorChat { mayRate rating { score comment } } ${refusalFields} } }`

export const endMutation = `mutation($input: EndChatInput!) { endChat(input: $input) { __typename
... on VisitorChat { state place operatorName mayRate mayMail } ${refusalFields} } }`

export const transcriptMutation = `mutation($input: TranscriptInput!) { sendTranscript(input: $input) { __typename
... on VisitorChat { id } ${refusalFields} } }`

export const showMutation = `mutation($key: String!, $browser: String!) { showApproach(key: $key, browser: $browser) {
id kind text url pictureUrl operatorName operatorAvatarUrl } }`

export const answerMutation = `mutation($input: AnswerApproachInput!) { answerApproach(input: $input) { __typename
... on AnswerApproachSuccess { met { token visitor { id name email } } } ${refusalFields} } }`
