import { limits } from '@parley/schema/vocabulary'
import type { TargetedEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { newId } from '../alone.ts'
import { Field } from '../components/Field.tsx'
import { useUi } from '../components/ui.ts'
import { useFocusOnOpen } from '../components/useFocusOnOpen.ts'
import type { State } from '../store/state.ts'
import { atFields, faultsIn, refusalIn } from '../text/faults.ts'
import { type Form, findForm, leaveRequest } from './leave.ts'

interface Props {
  state: State
  /** Somebody is there after all. */
  onChat(): void
  /** Back to what was said; undefined where there is nothing yet. */
  onBack?: () => void
}

/** What a visitor leaves while nobody is there. */
export function RequestForm({ state, onChat, onBack }: Props) {
  const { chat, drawer, say, format } = useUi()
  const form = useRef<HTMLFormElement>(null)
  const head = useRef<HTMLHeadingElement>(null)
  const [clientId] = useState(newId)
  const [asked, setAsked] = useState<Form>()
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const { site, visitor } = state
  useFocusOnOpen(head, state.open)
  useEffect(() => {
    let over = false
    void (async () => {
      // What the hub does not say now it says against the form.
      const found = await findForm(chat)
      if (!over) setAsked(found ?? { requestCategories: [], requestFields: [] })
    })()
    return () => {
      over = true
    }
  }, [])

  async function submit(event: TargetedEvent) {
    event.preventDefault()
    if (busy || !asked) return
    const data = new FormData(form.current ?? undefined)
    const value = (name: string) => String(data.get(name) ?? '').trim()
    const found = faultsIn(say, form.current)
    if (found) return show(found)
    setBusy(true)
    const outcome = await leaveRequest(chat, {
      clientId,
      ...(!visitor && { name: value('name'), email: value('email') }),
      title: value('title'),
      text: value('text'),
      ...(value('category') && { category: value('category') }),
      answers: asked.requestFields.map(({ id }) => ({ fieldId: id, value: value(id) })),
    })
    setBusy(false)
    if (typeof outcome === 'number') {
      drawer.remove('draft')
      chat.store.set({ left: outcome })
      return onBack?.()
    }
    show(outcome === 'later' ? { form: say('unreachable') } : refusalIn(form.current, outcome))
  }

  const show = (found: Record<string, string>) => setFaults(atFields(form.current, found))

  return (
    <div class="form">
      {onBack && (
        <button type="button" class="link" onClick={onBack}>
          {say('toChat')}
        </button>
      )}
      <h2 class="greeting" dir="auto" tabIndex={-1} ref={head}>
        {site?.offlineText || say('offline')}
      </h2>
      {site?.online ? (
        <p class="notice" role="status">
          {say('someoneHere')}{' '}
          <button type="button" class="link" onClick={onChat}>
            {say('chatNow')}
          </button>
        </p>
      ) : (
        site?.opensAt && <p class="notice">{say('opensAt', { time: format.moment(site.opensAt) })}</p>
      )}
      <form ref={form} onSubmit={submit} noValidate>
        <p class="quiet">{say(visitor ? 'requestKnown' : 'requestIntro')}</p>
        {!visitor && (
          <>
            <Field name="name" label={say('name')} fault={faults.name} most={limits.name} kind="name" required />
            <Field name="email" label={say('email')} fault={faults.email} most={limits.email} kind="email" required />
          </>
        )}
        {asked && asked.requestCategories.length > 0 && (
          <Field name="category" label={say('category')} fault={faults.category} kind="choice" options={asked.requestCategories} />
        )}
        <Field name="title" label={say('subject')} fault={faults.title} most={limits.requestTitle} required />
        <Field name="text" label={say('message')} fault={faults.text} most={limits.messageText} start={drawer.get('draft')} long required />
        {asked?.requestFields.map((field) => (
          <Field
            key={field.id}
            name={field.id}
            label={field.label}
            fault={faults[field.id]}
            most={field.kind === 'text' ? limits.requestAnswer : limits.requestLine}
            long={field.kind === 'text'}
            kind={field.kind === 'choice' ? 'choice' : 'text'}
            options={field.options}
            required={field.required}
          />
        ))}
        {faults.form && (
          <p class="fault" role="alert">
            {faults.form}
          </p>
        )}
        <button type="submit" class="primary" aria-disabled={busy}>
          {say(busy ? 'starting' : 'leave')}
        </button>
      </form>
    </div>
  )
}
