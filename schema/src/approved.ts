import type { PlatformTemplate } from './connector.ts'

/** A variable of a text that the platform has approved, such as `{{1}}` or `{{name}}`. */
export const approvedVariable = /\{\{\s*(\w{1,60})\s*\}\}/g

/** The words of the template with its variables filled in, as the customer will read them; what has no value stays as it is. */
export function approvedText(
  { header, body, footer }: Pick<PlatformTemplate, 'header' | 'body' | 'footer'>,
  values: Record<string, string>,
): string {
  const filled = (place: string, text: string) =>
    text.replace(approvedVariable, (whole, name: string) => values[`${place}.${name}`] || whole)
  return [header && filled('header', header), filled('body', body), footer].filter(Boolean).join('\n\n')
}
