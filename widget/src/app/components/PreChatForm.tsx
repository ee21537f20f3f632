import { limits } from '@parley/schema/vocabulary'
import { useRef, useState } from 'preact/hooks'
import type { State } from '../store/state.ts'
import { atFields, faultsIn, refusalIn } from '../text/faults.ts'
import type { Ask } from '../types.ts'
import { Field } from './Field.tsx'
import { useUi } from './ui.ts'
import { useFocusOnOpen } from './useFocusOnOpen.ts'

/** Asks what the company wishes to know before the first message. */
export function PreChatForm({ state }: { state: State }) {
  const { chat, say } = useUi()
  const form = useRef<HTMLFormElement>(null)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const { site, visitor } = state
  const asks = (visitor ?? site)?.asks ?? []
  useFocusOnOpen(form, state.open)

  async function submit(event: Event) {
    event.preventDefault()
    if (busy) return
    const found = faultsIn(say, form.current)
    if (found) return show(found)
    const data = new FormData(form.current ?? undefined)
    setBusy(true)
    const refusal = await chat.start(asks.map(({ name }) => ({ field: name, values: data.getAll(name).map(String) })))
    setBusy(false)
    if (refusal) show(refusal === 'later' ? { form: say('unreachable') } : refusalIn(form.current, refusal))
  }

  const show = (found: Record<string, string>) => setFaults(atFields(form.current, found))

  const labelOf = ({ kind, label }: Ask) => (kind === 'name' ? say('name') : kind === 'email' ? say('email') : (label ?? say('phone')))
  return (
    <div class="form">
      <p class="greeting" dir="auto">
        {site?.greeting || say('greeting')}
      </p>
      {site && !site.online && (
        <p class="notice" dir="auto">
          {site.offlineText || say('offlineText')}
        </p>
      )}
      <form ref={form} onSubmit={submit} noValidate>
        <p class="quiet">{say('formIntro')}</p>
        {asks.map((ask) => (
          <Field
            key={ask.name}
            name={ask.name}
            label={labelOf(ask)}
            fault={faults[ask.name]}
            most={limits.formText}
            kind={ask.kind}
            options={ask.options}
            required={ask.required}
          />
        ))}
        {faults.form && (
          <p class="fault" role="alert">
            {faults.form}
          </p>
        )}
        <button type="submit" class="primary" aria-disabled={busy}>
          {say(busy ? 'starting' : 'start')}
        </button>
      </form>
    </div>
  )
}
