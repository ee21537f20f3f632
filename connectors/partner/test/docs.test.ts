import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test('the documentation holds the very bridge that passes the suite, in 60 lines', () => {
  const bridge = read('../example/bridge.mjs')
  expect(bridge.trimEnd().split('\n')).toHaveLength(60)
  expect(read('../../../docs/connectors.md')).toContain(bridge)
})
