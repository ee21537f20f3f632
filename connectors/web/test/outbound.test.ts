import type { OutboundMessage, Plan, StoredFile } from '@parley/schema/connector'
import { describe, expect, test } from 'vitest'
import { web } from '../src/index.ts'
import { options } from '../src/options.ts'

const given = options.parse({ name: 'Shop' })
const to = { thread: { id: 'v1', kind: 'direct' as const }, to: { id: 'v1' } }
const file = (more: Partial<StoredFile> = {}): StoredFile => ({
  id: 'f',
  sha256: '',
  size: 10,
  mime: 'image/png',
  name: 'a.png',
  open: async () => new ReadableStream(),
  ...more,
})
const plan = (message: Partial<OutboundMessage>, maxFileBytes = given.maxFileBytes): Plan =>
  web.plan({ ...to, ...message }, web.capabilities({ ...given, maxFileBytes }))

describe('a message to a visitor', () => {
  test('goes out as one part, however long and with however many files', () => {
    expect(plan({ text: 'x'.repeat(65_536) })).toMatchObject({ parts: [{ content: { type: 'text' } }], warnings: [] })
    expect(plan({ text: 'see', files: [file(), file()], replyTo: 'm1' })).toMatchObject({
      parts: [{ replyTo: 'm1', content: { type: 'media', kind: 'image', caption: 'see' } }],
    })
  })

  test('keeps its buttons', () => {
    const buttons = [{ label: 'Red', payload: 'r' }]
    expect(plan({ text: 'Which?', buttons })).toMatchObject({ parts: [{ content: { text: 'Which?', buttons } }], warnings: [] })
  })

  test.each([
    ['that is empty', { text: ' \n' }, 'content_rejected'],
    ['of 65,537 characters', { text: 'x'.repeat(65_537) }, 'too_large'],
    ['with 11 files', { files: Array.from({ length: 11 }, () => file()) }, 'too_large'],
    ['with a file over the limit', { files: [file({ size: 2 * 1024 * 1024 + 1 })] }, 'too_large'],
  ])('%s is refused', (_, message, code) => {
    expect(plan(message)).toMatchObject({ refusal: { code } })
  })

  test('with a file is refused where files are switched off', () => {
    expect(plan({ files: [file({ size: 0 })] }, 0)).toMatchObject({ refusal: { code: 'unsupported' } })
  })

  test('is out as soon as it is asked for, as often as it is asked', async () => {
    const reports: string[] = []
    const connection = web.connect({ options: given, report: ({ state }: { state: string }) => void reports.push(state) } as never)
    await connection.start()
    const part = { ...to, key: 'm.0', attempt: 1, firstTriedAt: 0, content: { type: 'text' as const, text: 'hi' } }
    expect(await connection.send(part)).toMatchObject({ outcome: 'sent', id: 'm.0' })
    expect(await connection.settle?.(part)).toMatchObject({ outcome: 'sent', id: 'm.0' })
    await connection.stop()
    expect(reports).toEqual(['connected', 'stopped'])
  })

  test('is never read from a delivery: visitors come through the API of the hub', () => {
    expect(web.parse({ any: 'thing' }, given)).toEqual([])
    expect(web.webhook).toBeUndefined()
  })
})
