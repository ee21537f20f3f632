import { computed, nextTick, type Ref, ref } from 'vue'
import { usePreferences } from '../stores/preferences.ts'

const least = 32
const stepPx = 24

/**
 * The height of the field: as its text needs, up to a third of the window; or at least what its operator has dragged it to,
 * which this browser remembers.
 */
export function useComposerHeight(field: Ref<HTMLTextAreaElement | null>) {
  const preferences = usePreferences()
  const most = ref(Math.round(window.innerHeight * 0.6))
  const height = computed(() => Math.min(preferences.composerHeight, most.value))

  async function grow(): Promise<void> {
    await nextTick()
    const box = field.value
    if (!box) return
    box.style.height = 'auto'
    box.style.height = `${Math.max(height.value, Math.min(box.scrollHeight, window.innerHeight / 3))}px`
  }
  function set(next: number): void {
    most.value = Math.round(window.innerHeight * 0.6)
    preferences.composerHeight = Math.round(Math.min(Math.max(next, 0), most.value))
    void grow()
  }
  function drag(event: PointerEvent): void {
    const handle = event.currentTarget as HTMLElement
    const from = field.value?.offsetHeight ?? least
    handle.setPointerCapture(event.pointerId)
    const move = (now: PointerEvent) => set(from + event.clientY - now.clientY)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true })
  }
  function key(event: KeyboardEvent): void {
    const now = field.value?.offsetHeight ?? least
    const next = { ArrowUp: now + stepPx, ArrowDown: now - stepPx, Home: 0, End: most.value }[event.key]
    if (next === undefined) return
    event.preventDefault()
    set(next)
  }
  return { height, least, most, grow, drag, key, reset: () => set(0) }
}
