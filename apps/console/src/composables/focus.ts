/** Puts the caret into a field as it appears: for the first field of a page or a dialog which is nothing but a form. */
export const vFocus = {
  mounted: (element: HTMLElement) =>
    (element.matches('input, textarea') ? element : element.querySelector<HTMLElement>('input, textarea'))?.focus(),
}
