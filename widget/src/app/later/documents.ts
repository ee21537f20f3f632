/** What is asked now and then; a test holds these documents against schema/visitor.graphql as well. */

const refusalFields = '... on Refusal { code message field remedy }'

export const formQuery =
  'query Form($key: String!) { site(key: $key) { requestCategories requestFields { id label kind options required } } }'

export const leaveMutation = `mutation Leave($input: RequestFormInput!) { leaveRequest(input: $input) { __typename
... on LeaveRequestSuccess { token number visitor { id name email } } ${refusalFields} } }`

export const backMutation = `mutation Back($token: String!) { comeBack(token: $token) { __typename
... on StartVisitorSuccess { token visitor { id name email } } ${refusalFields} } }`
