import { ask } from './client.ts'
import { graphql } from './graphql.ts'

const wallQuery = graphql(`
  query Wall($groupId: ID) {
    wall(groupId: $groupId) {
      operator { id name presence avatarUrl load groups { id name } }
      held waiting unread
      chats { id number waitingSince unread lastMessageAt customer { id name } channel { id kind name } lastMessage { id direction authorKind text removedAt unsupported files { kind } } }
    }
  }
`)
/** The operators one supervises, with their chats. */
export const listWall = async (groupId: string | null) => (await ask(wallQuery, { groupId })).wall
export type WallSeat = Awaited<ReturnType<typeof listWall>>[number]
