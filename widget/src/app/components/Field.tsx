import type { Ask } from '../types.ts'
import { useUi } from './ui.ts'

interface Props {
  name: string
  label: string
  fault: string | undefined
  /** Characters. */
  most?: number
  kind?: Ask['kind']
  start?: string | undefined
  /** Several lines. */
  long?: boolean
  /** Of a choice. */
  options?: string[] | undefined
  required?: boolean
}

export function Field({ name, label, fault, most, kind = 'text', start, long, options = [], required = false }: Props) {
  const { say } = useUi()
  // A type that the browser does not know is a line of text, and those it does fill in have the names it knows.
  const type = kind === 'phone' ? 'tel' : kind
  const choices = kind === 'yes_no' ? [say('yes'), say('no')] : options
  const common = {
    id: name,
    name,
    required,
    dir: 'auto',
    'aria-invalid': !!fault,
    ...(fault && { 'aria-describedby': `${name}-fault` }),
  } as const
  const words = (
    <>
      {label}
      {!required && <span class="quiet"> ({say('optional')})</span>}
    </>
  )
  const complaint = fault && (
    <p class="fault" id={`${name}-fault`}>
      {fault}
    </p>
  )
  if (kind === 'choices')
    return (
      <fieldset class="field">
        <legend>{words}</legend>
        {options.map((option) => (
          <label key={option} class="choice" dir="auto">
            <input type="checkbox" name={name} value={option} /> {option}
          </label>
        ))}
        {complaint}
      </fieldset>
    )
  return (
    <div class="field">
      <label for={name}>{words}</label>
      {kind === 'yes_no' || kind === 'choice' ? (
        <select {...common}>
          <option value="">{say('choose')}</option>
          {choices.map((choice, at) => (
            <option key={choice} value={kind === 'choice' ? choice : at ? 'no' : 'yes'}>
              {choice}
            </option>
          ))}
        </select>
      ) : long ? (
        <textarea {...common} maxLength={most} rows={4}>
          {start}
        </textarea>
      ) : (
        <input
          {...common}
          type={type as 'text'}
          maxLength={most}
          autoComplete={/name|email|tel/.test(type) ? (type as 'name') : 'off'}
          step="any"
        />
      )}
      {complaint}
    </div>
  )
}
