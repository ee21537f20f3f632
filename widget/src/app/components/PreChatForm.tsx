import { limits } from '@parley/schema/vocabulary'
import { useRef, useState } from 'preact/hooks'
import type { State } from '../store/state.ts'
import { saidOf, whoFaults } from '../text/faults.ts'
import { Field } from './Field.tsx'
import { useUi } from './ui.ts'
import { useFocusOnOpen } from './useFocusOnOpen.ts'

type Faults = { name?: string; email?: string; form?: string }

/** Asks for name and e-mail before the first message. */
export function PreChatForm({ state }: { state: State }) {
  const { chat, say } = useUi()
  const form = useRef<HTMLFormElement>(null)
  const first = useRef<HTMLInputElement>(null)
  const [faults, setFaults] = useState<Faults>({})
  const [busy, setBusy] = useState(false)
  useFocusOnOpen(first, state.open)

  async function submit(event: Event) {
    event.preventDefault()
    if (busy) return
    const data = new FormData(form.current ?? undefined)
    const name = String(data.get('name') ?? '').trim()
    const email = String(data.get('email') ?? '').trim()
    const found = whoFaults(say, name, email)
    if (found.name || found.email) return show(found)
    setBusy(true)
    const refusal = await chat.start(name, email)
    setBusy(false)
    if (refusal === 'later') return show({ form: say('unreachable') })
    if (!refusal) return
    const { field, words } = saidOf(refusal)
    show(field === 'name' || field === 'email' ? { [field]: words } : { form: words })
  }

  function show(found: Faults) {
    setFaults(found)
    const field = found.name ? 'name' : found.email ? 'email' : undefined
    if (field) (form.current?.elements.namedItem(field) as HTMLElement | null)?.focus()
  }

  const { site } = state
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
        <Field name="name" label={say('name')} fault={faults.name} most={limits.name} fills="name" input={first} required />
        <Field name="email" label={say('email')} fault={faults.email} most={limits.email} fills="email" type="email" required />
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
