import { computed, type Ref, watch } from 'vue'
import { addNote, editNote, removeNote } from '../api/notes.ts'
import { useConnection } from '../stores/connection.ts'
import { useNotes } from '../stores/notes.ts'
import { useSession } from '../stores/session.ts'
import { sameAgain } from './sameAgain.ts'
import { useAction } from './useAction.ts'

/** Notes about a customer: those that are there, and writing, changing and removing one. */
export function useNoteList(customerId: Ref<string>) {
  const notes = useNotes()
  const session = useSession()
  const connection = useConnection()
  const add = useAction(addNote)
  const edit = useAction(editNote)
  const remove = useAction(removeNote)
  const again = sameAgain()

  watch([customerId, () => connection.status === 'live'], ([id]) => void notes.load(id).catch(() => {}), { immediate: true })

  async function write(text: string): Promise<boolean> {
    if (add.busy.value) return false
    const note = await add.run(customerId.value, again.idFor(customerId.value, text), text)
    if (!note) return false
    again.done()
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
