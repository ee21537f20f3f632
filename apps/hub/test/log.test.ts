import { expect, test } from 'vitest'
import { createLog } from '../src/log.ts'

function written(use: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = []
  use(createLog('debug', { write: (line: string) => void lines.push(line) }))
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('ids, states and counts are logged; what people wrote and who they are is not', () => {
  const [line] = written((log) =>
    log.info(
      {
        chatId: 'c1',
        count: 3,
        body: 'my card number',
        email: 'ana@example.com',
        phone: '+5511987654321',
        token: 'abc',
        headers: { authorization: 'x' },
      },
      'sent',
    ),
  )
  expect(line).toMatchObject({ level: 'info', chatId: 'c1', count: 3, msg: 'sent' })
  expect(Object.keys(line ?? {}).sort()).toEqual(['chatId', 'count', 'level', 'msg', 'time'])
})

test("private parts of a foreign error's words are taken out, and its other fields are dropped", () => {
  const error = Object.assign(
    new Error('no route to ana@example.com at postgres://app:hunter2@db/x for +55 11 98765-4321 with Bearer abcdefghijkl'),
    {
      code: 'E1',
      parameters: ['my card number'],
    },
  )
  const [line] = written((log) => log.error({ err: error }, 'failed'))
  expect(JSON.stringify(line)).not.toMatch(/ana@|hunter2|98765|abcdefghijkl|card number/)
  expect(line).toMatchObject({ err: { type: 'Error', code: 'E1' } })
})

test('an error given alone and a plain sentence are cleaned too', () => {
  const lines = written((log) => {
    log.error(new Error('bot 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawX was refused'))
    log.warn('mail to bob@example.org bounced')
  })
  expect(JSON.stringify(lines)).not.toMatch(/AAHdq|bob@/)
})

test('ids and times are left as they are', () => {
  const id = '01935678-1234-7123-8123-123456789012'
  expect(written((log) => log.info({ id, from: '2026-11-21 21:38:00' }, `chat ${id}`))[0]).toMatchObject({
    id,
    from: '2026-11-21 21:38:00',
    msg: `chat ${id}`,
  })
})
