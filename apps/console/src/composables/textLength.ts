import type { Capabilities } from '@parley/schema/connector'

/** The length of a text in the unit a channel counts in. */
export function textLength(text: string, unit: Capabilities['text']['unit']): number {
  if (unit === 'utf16') return text.length
  return unit === 'codepoints' ? [...text].length : new TextEncoder().encode(text).length
}
