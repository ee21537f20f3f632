import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { backoff } from '../net/backoff.ts'
import { useUi } from './ui.ts'

/** A part that most visitors never see: it is fetched when it is first shown, again and again until it comes. To be called once per part. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let part: ComponentType<Props> | undefined

  return function Later(props: Props) {
    const { say } = useUi()
    const [, redraw] = useState(0)
    useEffect(() => {
      let over = false
      async function fetchPart() {
        for (let tries = 0; !part && !over; tries++) {
          part = await load().catch(() => undefined)
          if (!part) await new Promise((resolve) => setTimeout(resolve, backoff(tries) + 500))
        }
        if (!over) redraw(1)
      }
      if (!part) void fetchPart()
      return () => {
        over = true
      }
    }, [])
    const Part = part
    return Part ? (
      <Part {...props} />
    ) : (
      <p class="middle" role="status">
        {say('connecting')}
      </p>
    )
  }
}
