import { limits } from '@parley/schema/vocabulary'
import { useRef, useState } from 'preact/hooks'
import type { State } from '../store/state.ts'
import { looksLikeEmail } from '../text/email.ts'
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
    const found = faultsOf(name, email)
    if (found.name || found.email) return show(found)
    setBusy(true)
    const refusal = await chat.start(name, email)
    setBusy(false)
    if (refusal === 'later') return show({ form: say('unreachable') })
    if (!refusal) return
    const words = [refusal.message, refusal.remedy].filter(Boolean).join(' ')
    const field = refusal.field?.split('.').pop()
    show(field === 'name' || field === 'email' ? { [field]: words } : { form: words })
  }

  function faultsOf(name: string, email: string): Faults {
    return {
      ...(!name && { name: say('nameMissing') }),
      ...(!email ? { email: say('emailMissing') } : !looksLikeEmail(email) && { email: say('emailWrong') }),
    }
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
        <Field name="name" label={say('name')} fault={faults.name} input={first} type="text" maxLength={limits.name} />
        <Field name="email" label={say('email')} fault={faults.email} type="email" maxLength={limits.email} />
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

interface FieldProps {
  /** Also what the browser fills in by itself. */
  name: 'name' | 'email'
  label: string
  fault: string | undefined
  type: 'text' | 'email'
  maxLength: number
  input?: preact.Ref<HTMLInputElement>
}

function Field({ name, label, fault, type, maxLength, input = null }: FieldProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        ref={input}
        type={type as 'text'}
        maxLength={maxLength}
        autoComplete={name}
        required
        dir="auto"
        aria-invalid={!!fault}
        aria-describedby={fault ? `${name}-fault` : undefined}
      />
      {fault && (
        <p class="fault" id={`${name}-fault`}>
          {fault}
        </p>
      )}
    </div>
  )
}
