import { computed, type Ref, ref, watch } from 'vue'
import { type Colleague, listColleagues } from '../api/comments.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useSession } from '../stores/session.ts'
import { mentionAt, mentionParts } from './mentionText.ts'
import { useLineBack } from './useLineBack.ts'

const mostOffered = 8

/** Naming colleagues in a text: who is offered for the name at the caret, and who is named in what was written. */
export function useMentions(chatId: Ref<string>, text: Ref<string>) {
  const session = useSession()
  const colleagues = ref<Colleague[]>([])
  /** The chat whose colleagues these are; null until they are known. */
  let knownIn: string | null = null
  const caret = ref(0)
  const active = ref(0)
  /** A name at this place was waved away; it is offered again when another begins. */
  const dismissed = ref<number | null>(null)

  const asked = computed(() => mentionAt(text.value, caret.value))
  const offered = computed(() => {
    if (!asked.value || asked.value.from === dismissed.value) return []
    const term = plainOf(asked.value.term)
    return colleagues.value.filter(({ id, name }) => id !== session.operator?.id && matches(name, term)).slice(0, mostOffered)
  })
  /** The colleagues whose names stand in what was written in a chat; asked for first, where nobody is known there yet. */
  async function namedIn(id: string, written: string): Promise<Colleague[]> {
    if (!written.includes('@')) return []
    const known = id === knownIn ? colleagues.value : await listColleagues(id)
    const parts = mentionParts(
      written,
      known.map(({ name }) => name),
    )
    const names = new Set(parts.flatMap(({ words, isMention }) => (isMention ? [words.slice(1)] : [])))
    return known.filter(({ name, id: colleagueId }) => names.has(name) && colleagueId !== session.operator?.id)
  }

  const latest = inTurn(() => listColleagues(chatId.value))
  async function load(): Promise<void> {
    const id = chatId.value
    // Who was known stays known where nobody could be asked: whoever is named in the text is called.
    const found = await latest.ask().catch(() => undefined)
    if (!found || id !== chatId.value) return
    colleagues.value = found
    knownIn = id
  }
  /** Puts the name in place of what was begun; answers where the caret belongs. */
  function choose(colleague: Colleague): number {
    if (!asked.value) return caret.value
    const { from, term } = asked.value
    const name = `@${colleague.name} `
    text.value = `${text.value.slice(0, from)}${name}${text.value.slice(from + 1 + term.length)}`
    caret.value = from + name.length
    return caret.value
  }
  function move(step: number): void {
    active.value = (active.value + step + offered.value.length) % offered.value.length
  }
  function dismiss(): void {
    dismissed.value = asked.value?.from ?? null
  }
  watch(
    chatId,
    () => {
      colleagues.value = []
      knownIn = null
      void load()
    },
    { immediate: true },
  )
  useLineBack(load)
  watch(
    () => offered.value.map(({ id }) => id).join(' '),
    () => {
      active.value = 0
    },
  )
  // Who sees a chat changes with who holds it: asked anew when a name is begun.
  watch(
    () => asked.value?.from ?? null,
    (from) => {
      if (from === null) dismissed.value = null
      else void load()
    },
  )
  return { caret, active, offered, namedIn, choose, move, dismiss }
}

const plainOf = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()
/** By the beginning of the name or of one of its words. */
const matches = (name: string, term: string) => {
  const plain = plainOf(name)
  return plain.startsWith(term) || plain.split(/\s+/).some((word) => word.startsWith(term))
}
