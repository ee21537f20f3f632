import { ask } from './client.ts'
import { graphql } from './graphql.ts'

const approvedQuery = graphql(`
  query ApprovedTexts($chatId: ID!) {
    approvedTexts(chatId: $chatId) {
      supported syncedAt
      texts { name language category header body footer buttons variables { key example } }
    }
  }
`)
/** What the platform of this chat has approved to be sent when free replies are over. */
export const listApproved = async (chatId: string) => (await ask(approvedQuery, { chatId })).approvedTexts
export type ApprovedText = Awaited<ReturnType<typeof listApproved>>['texts'][number]
