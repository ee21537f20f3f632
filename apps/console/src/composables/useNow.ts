import { onScopeDispose, type Ref, readonly, ref } from 'vue'

const tickMs = 15_000
const now = ref(Date.now())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The time in milliseconds since 1970, renewed every 15 s: one clock for all ages on the screen. */
export function useNow(): Readonly<Ref<number>> {
  if (watchers++ === 0) {
    now.value = Date.now()
    timer = setInterval(() => {
      now.value = Date.now()
    }, tickMs)
  }
  onScopeDispose(() => --watchers === 0 && clearInterval(timer))
  return readonly(now)
}
