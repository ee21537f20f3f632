import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Watches the ends of messages: `shown(id, visible)` when one comes into sight or leaves it. Gives the function that adds one. */
export function useSeen(
  root: RefObject<HTMLElement | null>,
  shown: (id: string, visible: boolean) => void,
): (element: Element | null) => void {
  const observer = useRef<IntersectionObserver | null>(null)
  const early = useRef(new Set<Element>())
  useEffect(() => {
    const watcher = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) shown((entry.target as HTMLElement).dataset.id ?? '', entry.isIntersecting)
      },
      { root: root.current },
    )
    observer.current = watcher
    for (const element of early.current) watcher.observe(element)
    return () => watcher.disconnect()
  }, [])
  return (element) => {
    if (!element) return
    if (observer.current) observer.current.observe(element)
    else early.current.add(element)
  }
}
