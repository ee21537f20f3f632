import { type Json, listOf, objectOf, textOf } from '@parley/meta/reading'
import { approvedVariable } from '@parley/schema/approved'
import type { PlatformTemplate, TemplateUse } from '@parley/schema/connector'

/** What Meta lists as a template; undefined where it needs what cannot be filled in here (a picture above it, a product). */
export function templateOf(value: unknown): PlatformTemplate | undefined {
  const template = objectOf(value)
  const name = textOf(template?.name)
  const language = textOf(template?.language)
  const parts = listOf(template?.components)
    .map(objectOf)
    .filter((part) => part !== undefined)
  const part = (type: string) => parts.find((one) => String(one.type).toUpperCase() === type)
  const header = part('HEADER')
  const body = textOf(part('BODY')?.text)
  if (!template || !name || !language || body === undefined) return undefined
  if (header && header.format !== 'TEXT') return undefined
  const buttons = listOf(part('BUTTONS')?.buttons)
    .map(objectOf)
    .filter((button) => button !== undefined)
  if (buttons.some((button) => !['QUICK_REPLY', 'URL', 'PHONE_NUMBER'].includes(String(button.type)))) return undefined
  const headerText = textOf(header?.text)
  const footer = textOf(part('FOOTER')?.text)
  return {
    name,
    language,
    category: (textOf(template.category) ?? '').toLowerCase(),
    status: String(template.status) === 'APPROVED' ? 'approved' : 'unavailable',
    ...(headerText && { header: headerText }),
    body,
    ...(footer && { footer }),
    buttons: buttons.map((button) => textOf(button.text) ?? ''),
    variables: [
      ...variablesOf('header', headerText ?? '', exampleOf(header, 'header_text')),
      ...variablesOf('body', body, exampleOf(part('BODY'), 'body_text')),
      ...buttons.flatMap((button, n) => variablesOf(`button${n}`, textOf(button.url) ?? '', listOf(button.example).map(String))),
    ],
  }
}

function variablesOf(place: string, text: string, examples: string[]) {
  const names = [...new Set([...text.matchAll(approvedVariable)].map(([, name]) => name ?? ''))]
  return names.map((name, n) => ({ key: `${place}.${name}`, ...(examples[n] && { example: examples[n]?.slice(0, 200) }) }))
}

/** Examples stand in a list, or in a list within a list, or under the names of the variables. */
function exampleOf(part: Json | undefined, field: string): string[] {
  const example = objectOf(part?.example)
  const named = listOf(example?.[`${field}_named_params`]).map((one) => textOf(objectOf(one)?.example) ?? '')
  return named.length > 0 ? named : listOf(example?.[field]).flat().map(String)
}

/** The values as Meta wants them: by place, in order, with their names where they have such. */
export function componentsOf({ variables }: TemplateUse): object[] {
  const places = new Map<string, { name: string; text: string }[]>()
  for (const { key, value } of variables) {
    const [place = '', name = ''] = key.split('.')
    places.set(place, [...(places.get(place) ?? []), { name, text: value }])
  }
  return [...places].map(([place, values]) => {
    const parameters = values.map(({ name, text }) => ({ type: 'text', text, ...(/^\d+$/.test(name) ? {} : { parameter_name: name }) }))
    const button = /^button(\d+)$/.exec(place)?.[1]
    return button === undefined
      ? { type: place, parameters }
      : { type: 'button', sub_type: 'url', index: button, parameters: values.map(({ text }) => ({ type: 'text', text })) }
  })
}
