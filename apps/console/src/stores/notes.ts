import { defineStore } from 'pinia'
import { reactive } from 'vue'
import type { Note, Operator } from '../api/fragments.ts'
import { listNotes } from '../api/notes.ts'
import { called } from './called.ts'

interface Notes {
  /** The newest first. */
  all: Note[]
  hasMore: boolean
  endCursor: string | null
}

/** Notes about the customers looked at. */
export const useNotes = defineStore('notes', () => {
  const byCustomer = reactive<Record<string, Notes>>({})

  /** Customers whose notes the feed told of since they were asked for: the answer may be older. */
  const told = new Set<string>()
  const asked = new Map<string, number>()

  async function load(customerId: string): Promise<void> {
    const turn = (asked.get(customerId) ?? 0) + 1
    asked.set(customerId, turn)
    told.delete(customerId)
    const page = await listNotes(customerId)
    if (asked.get(customerId) !== turn) return
    if (told.has(customerId)) return load(customerId)
    delete byCustomer[customerId]
    if (page) append(customerId, page)
  }
  /** Others may be this customer's now: asks anew where somebody has asked. */
  function renew(customerId: string): void {
    told.add(customerId)
    if (byCustomer[customerId]) load(customerId).catch(() => {})
  }
  async function loadMore(customerId: string): Promise<void> {
    const after = byCustomer[customerId]?.endCursor
    const page = await listNotes(customerId, after)
    if (page && after === byCustomer[customerId]?.endCursor) append(customerId, page)
  }
  function append(customerId: string, page: NonNullable<Awaited<ReturnType<typeof listNotes>>>): void {
    const known = byCustomer[customerId]?.all ?? []
    const more = page.edges.map(({ node }) => node).filter(({ id }) => !known.some((note) => note.id === id))
    byCustomer[customerId] = { all: [...known, ...more], hasMore: page.pageInfo.hasNextPage, endCursor: page.pageInfo.endCursor }
  }
  /** A note as it was answered or told; kept only where somebody has asked for those of its customer. */
  function put(note: Note): void {
    told.add(note.customerId)
    const notes = byCustomer[note.customerId]
    if (!notes) return
    const others = notes.all.filter(({ id }) => id !== note.id)
    if (note.removedAt) notes.all = others
    else if (others.length < notes.all.length) notes.all = notes.all.map((known) => (known.id === note.id ? note : known))
    else notes.all = [note, ...others].sort((a, b) => (a.id < b.id ? 1 : -1))
  }
  /** A colleague who is called otherwise now, or looks otherwise. */
  function putOperator(operator: Operator): void {
    for (const notes of Object.values(byCustomer)) notes.all = called(notes.all, operator)
  }
  function clear(): void {
    for (const id of Object.keys(byCustomer)) delete byCustomer[id]
    told.clear()
  }
  return { byCustomer, load, renew, loadMore, put, putOperator, clear }
})
