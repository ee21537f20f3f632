/** What is asked now and then; a test holds these documents against schema/visitor.graphql as well. */

const refusalFields = '... on Refusal { code message field remedy }'

export const formQuery =
  'query Form($key: String!) { site(key: $key) { requestCategories requestFields { id label kind options required } } }'

export const leaveMutation = `mutation Leave($input: RequestFormInput!) { leaveRequest(input: $input) { __typename
... on LeaveRequestSuccess { token number visitor { id name email } } ${refusalFields} } }`

export const identifyMutation = `mutation Identify($input: IdentifyInput!) { identify(input: $input) { __typename
... on StartVisitorSuccess { token visitor { id name email } } ${refusalFields} } }`

export const logOutMutation = 'mutation { logOut }'

export const backMutation = `mutation Back($token: String!) { comeBack(token: $token) { __typename
... on StartVisitorSuccess { token visitor { id name email } } ${refusalFields} } }`

export const rateMutation = `mutation Rate($input: RatingInput!) { rateChat(input: $input) { __typename
... on VisitorChat { mayRate rating { score comment } } ${refusalFields} } }`

export const transcriptMutation = `mutation Transcript($input: TranscriptInput!) { sendTranscript(input: $input) { __typename
... on VisitorChat { id } ${refusalFields} } }`

export const showMutation = `mutation Show($key: String!, $browser: String!) { showApproach(key: $key, browser: $browser) {
id kind text url pictureUrl operatorName operatorAvatarUrl } }`

export const answerMutation = `mutation Answer($input: AnswerApproachInput!) { answerApproach(input: $input) { __typename
... on AnswerApproachSuccess { met { token visitor { id name email } } } ${refusalFields} } }`
