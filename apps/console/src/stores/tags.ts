import { defineStore } from 'pinia'
import type { Tag } from '../api/fragments.ts'
import { listTags } from '../api/tags.ts'
import { inTurn } from './inTurn.ts'

const tags = inTurn(listTags)

/** The tags of the workspace. Chats and customers name theirs by id alone. */
export const useTags = defineStore('tags', {
  state: () => ({ byId: {} as Record<string, Tag>, loaded: false }),
  getters: {
    all: (state) => Object.values(state.byId).sort((a, b) => a.name.localeCompare(b.name)),
  },
  actions: {
    async load(): Promise<void> {
      const all = await tags.ask()
      if (!all) return
      this.byId = Object.fromEntries(all.map((tag) => [tag.id, tag]))
      this.loaded = true
    },
    put(tag: Tag): void {
      this.byId[tag.id] = tag
      tags.told(this.load)
    },
    drop(id: string): void {
      delete this.byId[id]
      tags.told(this.load)
    },
    /** Those that are still there, in order of their names. */
    of(refs: readonly { id: string }[]): Tag[] {
      return refs.flatMap(({ id }) => this.byId[id] ?? []).sort((a, b) => a.name.localeCompare(b.name))
    },
  },
})

/** The references after one tag is gone, or another has taken its place. */
export function withoutTag<Ref extends { id: string }>(refs: readonly Ref[], goneId: string, intoId: string | null): Ref[] {
  if (!refs.some((ref) => ref.id === goneId)) return [...refs]
  const left = refs.filter((ref) => ref.id !== goneId)
  return intoId === null || left.some((ref) => ref.id === intoId)
    ? left
    : [...left, { ...(refs.find((ref) => ref.id === goneId) as Ref), id: intoId }]
}
