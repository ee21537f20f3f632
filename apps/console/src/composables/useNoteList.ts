import { computed, type Ref, watch } from 'vue'
import { addNote, editNote, removeNote } from '../api/notes.ts'
import { useConnection } from '../stores/connection.ts'
import { useNotes } from '../stores/notes.ts'
import { useSession } from '../stores/session.ts'
import { useAction } from './useAction.ts'

/** Notes about a customer: those that are there, and writing, changing and removing one. */
export function useNoteList(customerId: Ref<string>) {
  const notes = useNotes()
  const session = useSession()
  const connection = useConnection()
  const add = useAction(addNote)
  const edit = useAction(editNote)
  const remove = useAction(removeNote)
  /** The same note is tried under the same id, so that it is written once; another, or one about another customer, has its own. */
  let tried = { customerId: '', text: '', clientId: '' }

  watch([customerId, () => connection.status === 'live'], ([id]) => void notes.load(id).catch(() => {}), { immediate: true })

  async function write(text: string): Promise<boolean> {
    if (add.busy.value) return false
    if (tried.text !== text || tried.customerId !== customerId.value)
      tried = { customerId: customerId.value, text, clientId: crypto.randomUUID() }
    const note = await add.run(customerId.value, tried.clientId, text)
    if (!note) return false
    tried = { customerId: '', text: '', clientId: '' }
    notes.put(note)
    return true
  }
  async function change(noteId: string, text: string): Promise<boolean> {
    const note = await edit.run(noteId, text)
    if (note) notes.put(note)
    return note !== null
  }
  async function drop(noteId: string): Promise<void> {
    const note = await remove.run(noteId)
    if (note) notes.put(note)
  }
  return {
    list: computed(() => notes.byCustomer[customerId.value]),
    isOwn: (authorId: string) => authorId === session.operator?.id,
    mayRemove: (authorId: string) => authorId === session.operator?.id || session.operator?.role !== 'operator',
    loadMore: () => notes.loadMore(customerId.value).catch(() => {}),
    write,
    change,
    drop,
    busy: computed(() => add.busy.value || edit.busy.value || remove.busy.value),
    refusal: computed(() => add.refusal.value ?? edit.refusal.value ?? remove.refusal.value),
    forget: () => {
      for (const action of [add, edit, remove]) action.forget()
    },
  }
}
