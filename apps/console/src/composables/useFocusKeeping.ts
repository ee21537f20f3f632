import { useEventListener, useMutationObserver } from '@vueuse/core'

const floating = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]'

/**
 * Whoever leaves a dialog goes on where he was before it. Dialogs remember only what had the focus at the moment they opened, which a menu
 * that is gone or their own first field may have been.
 */
export function useFocusKeeping(): void {
  let last: HTMLElement | null = null
  useEventListener(document, 'focusin', ({ target }) => {
    if (target instanceof HTMLElement && !target.closest(floating)) last = target
  })
  // Who leaves a field for nothing is not led back into it.
  useEventListener(document, 'focusout', ({ target, relatedTarget }) => {
    // A window that is left keeps its place.
    if (relatedTarget === null && target === last && document.hasFocus()) last = null
  })
  // They stand right in the body. What is gone gives the focus back, if it does, in the same moment.
  useMutationObserver(
    () => document.body,
    (records) => {
      if (records.every(({ removedNodes }) => removedNodes.length === 0)) return
      setTimeout(() => {
        const dialog = openDialog()
        if (document.activeElement === document.body && !isOpen() && last?.isConnected) last.focus({ preventScroll: true })
        // A menu gives the focus back to its button, over the dialog that was opened from it.
        else if (dialog && document.activeElement === last) (dialog.querySelector<HTMLElement>(fields) ?? dialog).focus()
      })
    },
    { childList: true },
  )
}

const fields = 'input, textarea, select'
/** One over the page; what floats beside its button is none. */
const openDialog = () =>
  [...document.querySelectorAll<HTMLElement>('[role=dialog][data-state=open]')].findLast(
    (one) => !one.closest('[data-reka-popper-content-wrapper]'),
  )
const isOpen = () => document.querySelector('[role=dialog][data-state=open], [role=alertdialog][data-state=open]') !== null
