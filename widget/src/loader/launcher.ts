import type { Status } from './status.ts'

/** Lines on a field of 24 × 24 px, as large as the style draws it. */
const shapes = {
  // A speech bubble: someone is there to talk.
  online: 'M21 12a8 8 0 0 1-11.6 7.1L4 20l1.2-4.6A8 8 0 1 1 21 12zM9 12h8',
  // A letter: it will be read later.
  offline: 'M4 6h16v12H4V6l8 7 8-7',
  close: 'M6 6l12 12M18 6L6 18',
}

/** The button that shows whether someone is there, by shape and by word, and the function that draws it as things stand. */
export function createLauncher(): [button: HTMLButtonElement, draw: (status: Status, open: boolean, unread: number) => void] {
  const button = document.createElement('button')
  const path = drawing('path')
  const icon = drawing('svg')
  icon.append(path)
  const label = document.createElement('span')
  const badge = document.createElement('b')
  button.append(icon, label, badge)

  const draw = ({ words: [here, away, close, waiting], online }: Status, open: boolean, unread: number) => {
    const text = online ? here : away
    button.className = (online ? '' : 'off ') + (open ? 'open' : '')
    path.setAttribute('d', shapes[open ? 'close' : online ? 'online' : 'offline'])
    label.textContent = text
    badge.hidden = open || !unread
    badge.textContent = unread as never
    button.setAttribute('aria-expanded', `${open}`)
    button.setAttribute('aria-label', open ? close : unread ? `${text}, ${waiting}: ${unread}` : text)
  }
  return [button, draw]
}

function drawing(name: 'path' | 'svg') {
  return document.createElementNS('http://www.w3.org/2000/svg', name)
}
