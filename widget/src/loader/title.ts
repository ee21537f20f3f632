/** While nobody looks at the tab, its title counts the waiting messages; looked at again, it is as it was. */
export function createTitleBadge(): (unread: number) => void {
  let count = 0
  let own = ''
  let shown = ''

  const draw = () => {
    // A page that changed its title meanwhile keeps its own.
    if (shown && document.title === shown) document.title = own
    shown = ''
    if (!document.hidden || !count) return
    own = document.title
    document.title = shown = `(${count}) ${own}`
  }
  document.addEventListener('visibilitychange', draw)
  return (unread) => {
    count = unread
    draw()
  }
}
