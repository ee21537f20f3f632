import { ask, tell } from './client.ts'
import { noteFields, refusalFields } from './fragments.ts'
import { graphql } from './graphql.ts'

const notesQuery = graphql(
  `
  query Notes($customerId: ID!, $after: String) {
    customer(id: $customerId) { id notes(first: 20, after: $after) { edges { node { ...NoteFields } } pageInfo { hasNextPage endCursor } } }
  }
`,
  [noteFields],
)
/** The newest first; null when the customer is not yours to see. */
export const listNotes = async (customerId: string, after?: string | null) =>
  (await ask(notesQuery, { customerId, after })).customer?.notes ?? null

const add = graphql(
  `
  mutation AddNote($customerId: ID!, $clientId: String!, $text: String!) {
    addNote(customerId: $customerId, clientId: $clientId, text: $text) { __typename ...NoteFields ...RefusalFields }
  }
`,
  [noteFields, refusalFields],
)
export const addNote = async (customerId: string, clientId: string, text: string) =>
  (await tell(add, { customerId, clientId, text })).addNote

const edit = graphql(
  `mutation EditNote($noteId: ID!, $text: String!) { editNote(noteId: $noteId, text: $text) { __typename ...NoteFields ...RefusalFields } }`,
  [noteFields, refusalFields],
)
export const editNote = async (noteId: string, text: string) => (await tell(edit, { noteId, text })).editNote

const remove = graphql(`mutation RemoveNote($noteId: ID!) { removeNote(noteId: $noteId) { __typename ...NoteFields ...RefusalFields } }`, [
  noteFields,
  refusalFields,
])
export const removeNote = async (noteId: string) => (await tell(remove, { noteId })).removeNote
