import type { ComponentChildren, TargetedEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { atFields, faultsIn, refusalIn } from '../text/faults.ts'
import type { Refusal } from '../types.ts'
import { useUi } from './ui.ts'
import { useFocusOnOpen } from './useFocusOnOpen.ts'

interface Props {
  intro: string
  /** What its button says. */
  does: string
  /** The cursor goes to its first field when this becomes true. */
  open?: boolean
  /** Takes it to the hub; answers why nothing came of it. */
  send(given: FormData): Promise<Refusal | 'later' | undefined>
  /** Its fields, with what is wrong at each of them. */
  children(faults: Record<string, string>): ComponentChildren
}

/** What a visitor fills in, and what is wrong with it. */
export function Form({ intro, does, open = false, send, children }: Props) {
  const { say } = useUi()
  const form = useRef<HTMLFormElement>(null)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  useFocusOnOpen(form, open)

  async function submit(event: TargetedEvent) {
    event.preventDefault()
    if (busy) return
    const found = faultsIn(say, form.current)
    if (found) return show(found)
    setBusy(true)
    const outcome = await send(new FormData(form.current ?? undefined))
    setBusy(false)
    if (outcome) show(outcome === 'later' ? { form: say('unreachable') } : refusalIn(form.current, outcome))
  }

  const show = (found: Record<string, string>) => setFaults(atFields(form.current, found))

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <p class="quiet">{intro}</p>
      {children(faults)}
      {faults.form && (
        <p class="fault" role="alert">
          {faults.form}
        </p>
      )}
      <button type="submit" class="primary" aria-disabled={busy}>
        {busy ? say('starting') : does}
      </button>
    </form>
  )
}
