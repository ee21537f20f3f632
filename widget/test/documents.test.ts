import { readdirSync, readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import * as documents from '../src/app/documents.ts'
import { visitorSchema } from './standin.ts'

const schema = buildSchema(visitorSchema)

describe('the documents of the widget', () => {
  it.each(Object.entries(documents))('%s fits the visitors’ schema', (_, document) => {
    expect(validate(schema, parse(document))).toEqual([])
  })

  it('are what the hub is asked, and nothing in the widget brings a GraphQL library along', () => {
    const files = readdirSync(new URL('../src', import.meta.url), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && /\.tsx?$/.test(entry.name),
    )
    const imports = files.flatMap((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8').match(/from '[^.'][^']*'/g) ?? [])
    expect([...new Set(imports)].sort()).toEqual(["from '@parley/schema/vocabulary'", "from 'preact'", "from 'preact/hooks'"])
  })
})
