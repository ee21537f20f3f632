import { describe, expect, it } from 'vitest'
import { slugOf } from '../src/composables/slugOf.ts'

describe('the address of a company', () => {
  it.each([
    ['Café São João', 'cafe-sao-joao'],
    ['Щука & Ёж', 'schuka-ezh'],
    ['  --Loja 24h--  ', 'loja-24h'],
    ['漢字', ''],
  ])('of %j is %j', (name, slug) => expect(slugOf(name)).toBe(slug))

  it('is never longer than the hub takes, and ends in no hyphen', () => {
    expect(slugOf(`${'a'.repeat(39)} b`)).toBe('a'.repeat(39))
  })
})
