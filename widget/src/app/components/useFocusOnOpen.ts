import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** Puts the cursor where the visitor goes on when the panel opens. On touch screens it does not pull up the keyboard. */
export function useFocusOnOpen(target: RefObject<HTMLElement | null>, open: boolean): void {
  useEffect(() => {
    if (open && !matchMedia('(pointer: coarse)').matches) target.current?.focus({ preventScroll: true })
  }, [open])
}
