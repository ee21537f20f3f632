import { ask, tell } from './client.ts'
import { refusalFields } from './fragments.ts'
import { graphql } from './graphql.ts'

const mailingQuery = graphql(`query Mailing { mailing { host from waiting failed lastSentAt trouble } }`)
/** How this hub sends mail, and how that has gone of late. */
export const getMailing = async () => (await ask(mailingQuery, {})).mailing
export type Mailing = Awaited<ReturnType<typeof getMailing>>

const test = graphql(`mutation SendTestMail { sendTestMail { __typename ... on TestMail { to taken failure } ...RefusalFields } }`, [
  refusalFields,
])
export const sendTestMail = async () => (await tell(test, {})).sendTestMail
