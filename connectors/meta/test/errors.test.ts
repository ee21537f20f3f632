import { describe, expect, test } from 'vitest'
import { FileUnreadable, GaveUp, GraphRefused, outcomeOf, reportOf, troubleOf } from '../src/errors.ts'

const token = 'EAAtokenOfTheTests'
const refused = (code: number, message = 'no', more: object = {}, status = 400, headers?: Headers) =>
  new GraphRefused(status, { code, message, ...more }, headers)
const ofNode = (code: string) => Object.assign(new TypeError('fetch failed'), { cause: { code } })
const outcome = (error: unknown) => outcomeOf(troubleOf(error, [token]), 30_000)
const regain = new Headers({ 'x-business-use-case-usage': JSON.stringify({ 1: [{ estimated_time_to_regain_access: 3 }] }) })

describe('a send that failed', () => {
  test.each<[string, unknown, object]>([
    [
      'an expired token',
      refused(190, 'expired', { error_subcode: 463 }),
      { outcome: 'failed', scope: 'channel', failure: { code: 'auth', platformCode: '190/463' } },
    ],
    ['too many calls', refused(613), { outcome: 'retry', scope: 'channel', afterMs: 30_000, failure: { code: 'rate_limited' } }],
    ['too many calls, with the time to wait', refused(80007, 'no', {}, 400, regain), { outcome: 'retry', afterMs: 180_000 }],
    ['too many to one person', refused(131056), { outcome: 'retry', scope: 'thread', failure: { code: 'rate_limited' } }],
    [
      'a closed window',
      refused(10, 'outside of allowed window', { error_subcode: 2018278 }),
      { outcome: 'failed', scope: 'thread', failure: { code: 'window_closed' } },
    ],
    ['a closed window of WhatsApp', refused(131047), { failure: { code: 'window_closed' } }],
    [
      'a person who is away',
      refused(551, 'not available', { error_subcode: 1545041 }),
      { outcome: 'failed', scope: 'thread', failure: { code: 'forbidden_by_peer' } },
    ],
    ['nobody of that number', refused(131026), { failure: { code: 'no_such_peer' } }],
    ['a permission the app lacks', refused(200, '(#200) Requires pages_messaging permission'), { failure: { code: 'auth' } }],
    [
      'a Page that is restricted',
      refused(10, 'restricted', { error_subcode: 1893063 }),
      { outcome: 'retry', scope: 'channel', failure: { code: 'account_limited' } },
    ],
    ['an unpaid bill', refused(131042), { outcome: 'retry', scope: 'channel', failure: { code: 'payment' } }],
    [
      'a passing failure',
      refused(2, 'later', { is_transient: true }, 500),
      { outcome: 'retry', scope: 'part', failure: { code: 'platform_down' } },
    ],
    ['an outage', new GraphRefused(502, undefined), { outcome: 'retry', failure: { code: 'platform_down' } }],
    ['a gateway that gave up waiting', new GraphRefused(504, undefined), { outcome: 'unknown' }],
    ['any other refusal', refused(100, 'Invalid parameter'), { outcome: 'failed', scope: 'part', failure: { code: 'content_rejected' } }],
    ['nobody listens', ofNode('ECONNREFUSED'), { outcome: 'retry', scope: 'channel', failure: { code: 'network' } }],
    ['an address the hub may not reach', ofNode('ERR_DESTINATION_REFUSED'), { outcome: 'retry', failure: { code: 'network' } }],
    ['a cut connection', ofNode('ECONNRESET'), { outcome: 'unknown', failure: { code: 'network' } }],
    ['no answer in time', new GaveUp('me/messages'), { outcome: 'unknown' }],
    ['a file that cannot be read', new FileUnreadable('open'), { outcome: 'retry', scope: 'part', failure: { code: 'internal' } }],
    ['nothing at all', undefined, { outcome: 'unknown' }],
  ])('by %s', (_, error, expected) => {
    expect(outcome(error)).toMatchObject(expected)
  })

  test("keeps the platform's own words, the details too, without the token", () => {
    const error = refused(131047, `Re-engagement ${token}`, { error_data: { details: 'More than 24 hours have passed.' } })
    expect(outcome(error)).toMatchObject({ failure: { message: 'Re-engagement [secret] More than 24 hours have passed.' } })
  })
})

describe('an account that fails', () => {
  test.each<[string, unknown, string, string]>([
    ['an expired token', refused(190), 'logged_out', 'reconfigure'],
    ['an outage', new GraphRefused(502, undefined), 'degraded', 'wait'],
    ['a locked account', refused(131031), 'degraded', 'reconfigure'],
    ['no network', ofNode('ENOTFOUND'), 'disconnected', 'wait'],
    ['a version that was switched off', refused(2635), 'failed', 'reconfigure'],
  ])('by %s shows on the channel page', (_, error, state, action) => {
    expect(reportOf(troubleOf(error, []))).toMatchObject({ state, action, reason: expect.stringMatching(/\w/) })
  })
})
