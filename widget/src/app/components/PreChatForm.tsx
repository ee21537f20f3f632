import { limits } from '@parley/schema/vocabulary'
import type { State } from '../store/state.ts'
import type { Ask } from '../types.ts'
import { Field } from './Field.tsx'
import { Form } from './Form.tsx'
import { useUi } from './ui.ts'

/** Asks what the company wishes to know before the first message. */
export function PreChatForm({ state }: { state: State }) {
  const { chat, say } = useUi()
  const { site, visitor } = state
  const asks = (visitor ?? site)?.asks ?? []
  const send = (given: FormData) => chat.start(asks.map(({ name }) => ({ field: name, values: given.getAll(name).map(String) })))

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
      <Form intro={say('formIntro')} does={say('start')} open={state.open} send={send}>
        {(faults) =>
          asks.map((ask) => (
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
          ))
        }
      </Form>
    </div>
  )
}
