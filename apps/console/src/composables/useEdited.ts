import { reactive, ref, watch } from 'vue'

/**
 * The fields of a form over what others may change meanwhile: what is not touched follows it, and only what is touched is to be saved.
 * `stored`: as the hub has it.
 */
export function useEdited<T extends Record<string, string | number | boolean>>(stored: () => T) {
  let base = stored()
  const fields = reactive({ ...base }) as T
  const names = Object.keys(base) as (keyof T & string)[]
  watch(stored, (now) => {
    for (const name of names) if (fields[name] === base[name]) fields[name] = now[name]
    base = now
  })
  const touched = (): Partial<T> =>
    Object.fromEntries(names.filter((name) => fields[name] !== base[name]).map((name) => [name, fields[name]])) as Partial<T>
  return { fields, touched }
}

/** The same for a list of ids: whoever others put in or take out meanwhile is in or out here too. Undefined where nothing was touched. */
export function useEditedList(stored: () => readonly string[]) {
  let base = stored()
  const chosen = ref([...base])
  watch(stored, (now) => {
    const isMine = (id: string) => chosen.value.includes(id) !== base.includes(id)
    chosen.value = [...now.filter((id) => !isMine(id)), ...chosen.value.filter((id) => isMine(id))]
    base = now
  })
  const touched = () => (chosen.value.length === base.length && chosen.value.every((id) => base.includes(id)) ? undefined : chosen.value)
  return { chosen, touched }
}
