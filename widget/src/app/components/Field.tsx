import type { Ref } from 'preact'
import { useUi } from './ui.ts'

interface Props {
  name: string
  label: string
  fault: string | undefined
  /** Characters. */
  most?: number
  /** What the browser fills in by itself. */
  fills?: 'name' | 'email'
  type?: 'text' | 'email'
  start?: string | undefined
  /** Several lines. */
  long?: boolean
  /** One of these. */
  options?: string[] | undefined
  required?: boolean
  /** Of a field of one line. */
  input?: Ref<HTMLInputElement>
}

export function Field({ name, label, fault, most, fills, type = 'text', start, long, options, required = false, input = null }: Props) {
  const { say } = useUi()
  const common = {
    id: name,
    name,
    required,
    dir: 'auto',
    'aria-invalid': !!fault,
    ...(fault && { 'aria-describedby': `${name}-fault` }),
  } as const
  return (
    <div class="field">
      <label for={name}>
        {label}
        {!required && <span class="quiet"> ({say('optional')})</span>}
      </label>
      {options ? (
        <select {...common}>
          <option value="">{say('choose')}</option>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      ) : long ? (
        <textarea {...common} maxLength={most} rows={4}>
          {start}
        </textarea>
      ) : (
        <input {...common} ref={input} type={type as 'text'} maxLength={most} autoComplete={fills ?? 'off'} />
      )}
      {fault && (
        <p class="fault" id={`${name}-fault`}>
          {fault}
        </p>
      )}
    </div>
  )
}
