import type { TagColour } from '@parley/schema/vocabulary'
import type { Topic } from './topic.ts'

/** What the sample company has set up for its work, in one language. */
export interface Furniture {
  tags: {
    /** On chats, by what they are about. */
    topics: Record<Topic, readonly [name: string, colour: TagColour]>
    /** On customers: who comes often, and who buys for a company. */
    regular: string
    business: string
  }
  fields: { bicycle: string; bought: string; newsletter: string; frame: string }
  templates: readonly [title: string, shortcut: string, body: string, ...buttons: string[]][]
  closingText: string
  form: { outcome: string; outcomes: readonly string[]; visit: string }
  requests: {
    categories: readonly string[]
    types: readonly string[]
    /** Left while nobody was there. */
    left: readonly [title: string, category: number, text: string][]
  }
  ratings: { good: readonly string[]; bad: readonly string[] }
  invitations: readonly [title: string, text: string][]
  /** Pages of the shop, by their paths. */
  pages: readonly [path: string, title: string][]
}
