import { idOf } from '../../domain/ids.ts'
import { addNote, editNote, listNotes, type Note as NoteRow, removeNote } from '../../domain/note.ts'
import { asks, builder, command, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Customer } from './customer.ts'
import { must } from './message.ts'
import { Operator } from './operator.ts'
import { PageInfo } from './page.ts'

export const Note = builder.objectRef<NoteRow>('Note').implement({
  description: 'What an operator wrote down about a customer; no customer and no channel ever gets it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    customerId: t.exposeID('customerId'),
    author: t.field({ type: Operator, resolve: async (note, _, { loaders }) => must(await loaders.operator.load(note.authorId)) }),
    text: t.exposeString('text', { nullable: true, description: 'Plain text; null once it was removed.' }),
    at: t.expose('at', { type: 'DateTime' }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true }),
    removedAt: t.expose('removedAt', { type: 'DateTime', nullable: true }),
    clientId: t.exposeString('clientId', { description: "The id the author's client gave it." }),
  }),
})
const NoteEdge = builder.objectRef<{ node: NoteRow; cursor: string }>('NoteEdge').implement({
  fields: (t) => ({ node: t.field({ type: Note, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const NoteConnection = builder.objectRef<Page<NoteRow>>('NoteConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [NoteEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

builder.objectField(Customer, 'notes', (t) =>
  t.field({
    type: NoteConnection,
    description: 'The newest first. In a feed, asking for it costs the shared execution.',
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: (customer, { first, after }, context) =>
      look(context, async (work) => {
        const limit = sizeOf(first, 'first')
        const last = after ? idOf(fromCursor(after, ['text'], 'after')[0] ?? '') : undefined
        const rows = await listNotes(work, customer.id, { after: last, limit: limit + 1 })
        return pageOf(rows, limit, { cursor: (row) => toCursor(row.id), node: (row) => row, within: after != null })
      }),
  }),
)

builder.mutationFields((t) => ({
  addNote: t.field({
    ...asks('note.write'),
    type: Note,
    errors: {},
    description: 'Writes something down about a customer of whom you see a chat.',
    args: {
      customerId: t.arg.id({ required: true }),
      clientId: t.arg.string({ required: true, description: 'Made by the client; the same id never makes a second note.' }),
      text: t.arg.string({ required: true }),
    },
    resolve: (_, { customerId, clientId, text }, context) => command(context, (work) => addNote(work, idOf(customerId), text, clientId)),
  }),
  editNote: t.field({
    ...asks('note.write'),
    type: Note,
    errors: {},
    description: 'Your own.',
    args: { noteId: t.arg.id({ required: true }), text: t.arg.string({ required: true }) },
    resolve: (_, { noteId, text }, context) => command(context, (work) => editNote(work, idOf(noteId), text)),
  }),
  removeNote: t.field({
    ...asks('note.write'),
    type: Note,
    errors: {},
    description: 'Your own; those who supervise a chat of the customer, any.',
    args: { noteId: t.arg.id({ required: true }) },
    resolve: (_, { noteId }, context) => command(context, (work) => removeNote(work, idOf(noteId))),
  }),
}))
