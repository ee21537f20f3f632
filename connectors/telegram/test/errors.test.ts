import { describe, expect, test } from 'vitest'
import { FileUnreadable, GaveUp, outcomeOf, reportOf, troubleOf } from '../src/errors.ts'

const token = '123456789:AAtoken-of-the-tests'
const refused = (error_code: number, description: string, parameters?: object) =>
  Object.assign(new Error(`${error_code}: ${description}`), { response: { error_code, description, parameters } })
const ofNode = (code: string) =>
  Object.assign(new Error(`request to https://api.telegram.org/bot${token}/sendMessage failed, reason: ${code}`), { code, type: 'system' })
const outcome = (error: unknown) => outcomeOf(troubleOf(error, token))

describe('a send that failed', () => {
  test.each([
    [
      'too many requests',
      refused(429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
      { outcome: 'retry', afterMs: 7000, scope: 'thread', failure: { code: 'rate_limited' } },
    ],
    ['too many requests, no time given', refused(429, 'Too Many Requests'), { outcome: 'retry', afterMs: 1000, scope: 'thread' }],
    [
      'blocked',
      refused(403, 'Forbidden: bot was blocked by the user'),
      { outcome: 'failed', scope: 'thread', failure: { code: 'forbidden_by_peer' } },
    ],
    [
      'an account that is gone',
      refused(403, 'Forbidden: user is deactivated'),
      { outcome: 'failed', scope: 'thread', failure: { code: 'no_such_peer' } },
    ],
    [
      'no such chat',
      refused(400, 'Bad Request: chat not found'),
      { outcome: 'failed', scope: 'thread', failure: { code: 'no_such_peer' } },
    ],
    [
      'a text too long',
      refused(400, 'Bad Request: message is too long'),
      { outcome: 'failed', scope: 'part', failure: { code: 'too_large' } },
    ],
    ['an upload too large', refused(413, 'Request Entity Too Large'), { outcome: 'failed', scope: 'part', failure: { code: 'too_large' } }],
    [
      'an edit too late',
      refused(400, "Bad Request: message can't be edited"),
      { outcome: 'failed', scope: 'part', failure: { code: 'too_old' } },
    ],
    [
      'a message that is gone',
      refused(400, 'Bad Request: message to delete not found'),
      { outcome: 'failed', scope: 'part', failure: { code: 'not_found' } },
    ],
    [
      'any other refusal',
      refused(400, 'Bad Request: BUTTON_DATA_INVALID'),
      { outcome: 'failed', scope: 'part', failure: { code: 'content_rejected' } },
    ],
    ['a revoked token', refused(401, 'Unauthorized'), { outcome: 'failed', scope: 'channel', failure: { code: 'auth' } }],
    ['an outage', refused(502, 'Bad Gateway'), { outcome: 'retry', scope: 'part', failure: { code: 'platform_down' } }],
    ['a gateway that gave up waiting', refused(504, 'Gateway Timeout'), { outcome: 'unknown', failure: { code: 'platform_down' } }],
    ['nobody listens', ofNode('ECONNREFUSED'), { outcome: 'retry', scope: 'channel', failure: { code: 'network' } }],
    ['no such name', ofNode('ENOTFOUND'), { outcome: 'retry', scope: 'channel', failure: { code: 'network' } }],
    [
      'a certificate of somebody else',
      ofNode('ERR_TLS_CERT_ALTNAME_INVALID'),
      { outcome: 'retry', scope: 'channel', failure: { code: 'network' } },
    ],
    ['a cut connection', ofNode('ECONNRESET'), { outcome: 'unknown', failure: { code: 'network' } }],
    ['no answer in time', new GaveUp('sendMessage'), { outcome: 'unknown', failure: { code: 'network' } }],
    [
      'an answer that is no JSON',
      Object.assign(new Error(`invalid json response body at https://api.telegram.org/bot${token}/x`), { type: 'invalid-json' }),
      { outcome: 'unknown' },
    ],
    ['a file that cannot be read', new FileUnreadable('open'), { outcome: 'retry', scope: 'part', failure: { code: 'internal' } }],
    ['nothing at all', undefined, { outcome: 'unknown' }],
  ])('by %s', (_, error, expected) => {
    expect(outcome(error)).toMatchObject(expected)
  })

  test("keeps the platform's own words, without the token, however they came", () => {
    const words = `Bad Request: wrong url https://api.telegram.org/bot${token}/x and /bot987:AAother/y`
    expect(outcome(refused(400, words))).toMatchObject({
      failure: { message: 'Bad Request: wrong url https://api.telegram.org/bot[token]/x and /bot[token]/y', platformCode: '400' },
    })
    expect(JSON.stringify([outcome(ofNode('ECONNRESET')), reportOf(troubleOf(ofNode('ECONNRESET'), token))])).not.toContain('AAtoken')
  })
})

describe('receiving that failed', () => {
  test.each([
    ['a revoked token', refused(401, 'Unauthorized'), 'logged_out', 'reconfigure'],
    ['another poller', refused(409, 'Conflict: terminated by other getUpdates request'), 'conflict', 'wait'],
    ['a webhook somebody set', refused(409, "Conflict: can't use getUpdates method while webhook is active"), 'conflict', 'restart'],
    ['an outage', refused(502, 'Bad Gateway'), 'degraded', 'wait'],
    ['no network', ofNode('ENOTFOUND'), 'disconnected', 'wait'],
    [
      'a webhook address Telegram refuses',
      refused(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook'),
      'failed',
      'reconfigure',
    ],
  ])('by %s shows on the channel page', (_, error, state, action) => {
    expect(reportOf(troubleOf(error, token))).toMatchObject({ state, action, reason: expect.stringMatching(/\w/) })
  })
})
