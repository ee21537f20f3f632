import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { accessOf, buildSchemas, printContract } from '../src/api/schema.ts'

const schemas = buildSchemas()
const file = (name: string) => fileURLToPath(new URL(`../../../schema/${name}.graphql`, import.meta.url))

describe.each([
  ['api', schemas.api],
  ['visitor', schemas.visitor],
] as const)('the contract schema/%s.graphql', (name, schema) => {
  test('is what the hub answers to; `PRINT_CONTRACT=1` prints it anew, to be read in review', () => {
    if (process.env.PRINT_CONTRACT === '1') writeFileSync(file(name), printContract(schema))
    expect(readFileSync(file(name), 'utf8')).toBe(printContract(schema))
  })
  test('names a right for every operation', () => {
    expect(accessOf(schema).length).toBeGreaterThan(5)
  })
})
