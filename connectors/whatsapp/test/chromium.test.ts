import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findChromium } from '../src/chromium.ts'

let folder: string
const program = (...path: string[]) => {
  const file = join(folder, ...path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  return file
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-browsers-'))
  vi.stubEnv('PATH', join(folder, 'bin'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('the browser of a linked phone', () => {
  test('is the one that is named, before any other', async () => {
    program('bin', 'chromium')
    const named = program('mine')
    expect(await findChromium(named, folder)).toEqual({ path: named, env: {} })
  })

  test('is never another than the one that is named: that it is not there is said', async () => {
    program('bin', 'chromium')
    await expect(findChromium(join(folder, 'none'), folder)).rejects.toThrow(/CHROMIUM_PATH names .*none, and there is nothing/)
  })

  test('is else one of this machine', async () => {
    const installed = program('bin', 'google-chrome')
    expect((await findChromium(undefined, folder)).path).toBe(installed)
  })

  // Only Linux has one.
  test.runIf(process.platform === 'linux')('is else the one of the package, unpacked once', async () => {
    const root = dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const unpacked = program('cache', `chromium-${version}`, 'chromium')
    expect((await findChromium(undefined, join(folder, 'cache'))).path).toBe(unpacked)
  })
})
