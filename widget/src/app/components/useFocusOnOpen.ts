import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/**
 * Puts the cursor where the visitor goes on (in the first field of a form) when the panel opens, if the focus came along: a page that loads with the chat
 * open keeps it. On touch screens the keyboard is not pulled up.
 */
export function useFocusOnOpen(target: RefObject<HTMLElement | null>, open: boolean): void {
  useEffect(() => {
    const at = target.current
    const field = ((at as HTMLFormElement | null)?.elements?.[0] ?? at) as HTMLElement | null
    if (open && document.hasFocus() && !matchMedia('(pointer: coarse)').matches) field?.focus({ preventScroll: true })
  }, [open])
}
