import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { alone } from '../lib/alone.mjs'

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-alone-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'deeper', 'building')
}

test('jobs that ask at once are done one after the other', async () => {
  const file = newFile()
  let running = 0
  const most: number[] = []
  const job = () =>
    alone(file, async () => {
      most.push(++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running -= 1
    })
  await Promise.all([job(), job(), job()])
  expect(most).toEqual([1, 1, 1])
  expect(existsSync(file)).toBe(false)
})

test('what a dead process left behind stops nobody, and a job that fails gives its place back', async () => {
  const file = newFile()
  await expect(alone(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  writeFileSync(file, '4194304')
  expect(await alone(file, async () => 7)).toBe(7)
})
