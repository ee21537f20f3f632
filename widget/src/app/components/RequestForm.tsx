import { limits } from '@parley/schema/vocabulary'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Form as Asked, findForm, leaveRequest } from '../acts/leave.ts'
import { newId } from '../alone.ts'
import type { State } from '../store/state.ts'
import { Field } from './Field.tsx'
import { Form } from './Form.tsx'
import { useUi } from './ui.ts'
import { useFocusOnOpen } from './useFocusOnOpen.ts'

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
  const head = useRef<HTMLHeadingElement>(null)
  const [clientId] = useState(newId)
  const [asked, setAsked] = useState<Asked>()
  const { site, visitor } = state
  useFocusOnOpen(head, state.open)
  useEffect(() => {
    // What the hub does not say now it says against the form.
    void findForm(chat).then((found) => setAsked(found ?? { requestCategories: [], requestFields: [] }))
  }, [])

  async function send(given: FormData) {
    if (!asked) return
    const value = (name: string) => String(given.get(name) ?? '').trim()
    const outcome = await leaveRequest(chat, {
      clientId,
      ...(!visitor && { name: value('name'), email: value('email') }),
      title: value('title'),
      text: value('text'),
      ...(value('category') && { category: value('category') }),
      answers: asked.requestFields.map(({ id }) => ({ fieldId: id, value: value(id) })),
    })
    if (typeof outcome !== 'number') return outcome
    drawer.remove('draft')
    chat.store.set({ left: outcome })
    onBack?.()
  }

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
      <Form intro={say('requestIntro')} does={say('leave')} send={send}>
        {(faults) => (
          <>
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
            <Field
              name="text"
              label={say('message')}
              fault={faults.text}
              most={limits.messageText}
              start={drawer.get('draft')}
              long
              required
            />
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
          </>
        )}
      </Form>
    </div>
  )
}
