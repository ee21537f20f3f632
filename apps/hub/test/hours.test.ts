import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Hours, hoursAt, isDate, isTimeZone } from '../src/domain/hours.ts'

const at = (moment: string) => Date.parse(moment)
const told = (hours: Hours, moment: string) => {
  const { open, changesAt } = hoursAt(hours, at(moment))
  return { open, changesAt: changesAt === null ? null : new Date(changesAt).toISOString() }
}
const weekdays = (from: string, to: string) => [1, 2, 3, 4, 5].map((day) => ({ day, from, to }))
const hours = (timeZone: string, week: Hours['week'], holidays: Hours['holidays'] = []): Hours => ({ timeZone, week, holidays })

describe('working hours', () => {
  test('hold from the moment they begin to the one they end, by the clocks of their zone', () => {
    const lisbon = hours('Europe/Lisbon', weekdays('09:00', '18:00'))
    // Thursday, 14 January 2027: Lisbon has the time of UTC.
    expect(told(lisbon, '2027-01-14T08:59:59.999Z')).toEqual({ open: false, changesAt: '2027-01-14T09:00:00.000Z' })
    expect(told(lisbon, '2027-01-14T09:00:00.000Z')).toEqual({ open: true, changesAt: '2027-01-14T18:00:00.000Z' })
    expect(told(lisbon, '2027-01-14T17:59:59.999Z')).toEqual({ open: true, changesAt: '2027-01-14T18:00:00.000Z' })
    expect(told(lisbon, '2027-01-14T18:00:00.000Z')).toEqual({ open: false, changesAt: '2027-01-15T09:00:00.000Z' })
    // Over the weekend to Monday.
    expect(told(lisbon, '2027-01-15T18:00:00.000Z')).toEqual({ open: false, changesAt: '2027-01-18T09:00:00.000Z' })
    const saoPaulo = hours('America/Sao_Paulo', weekdays('09:00', '18:00'))
    expect(told(saoPaulo, '2027-01-14T11:59:59Z')).toEqual({ open: false, changesAt: '2027-01-14T12:00:00.000Z' })
    expect(told(saoPaulo, '2027-01-14T20:59:59Z')).toEqual({ open: true, changesAt: '2027-01-14T21:00:00.000Z' })
  })

  test('may come several times a day, touch, overlap and pass midnight', () => {
    const lunch = hours('UTC', [
      { day: 1, from: '08:00', to: '12:00' },
      { day: 1, from: '13:00', to: '17:00' },
      { day: 1, from: '16:00', to: '18:30' },
    ])
    expect(told(lunch, '2027-01-11T12:30:00Z')).toEqual({ open: false, changesAt: '2027-01-11T13:00:00.000Z' })
    expect(told(lunch, '2027-01-11T16:30:00Z')).toEqual({ open: true, changesAt: '2027-01-11T18:30:00.000Z' })
    const night = hours('UTC', [{ day: 5, from: '22:00', to: '06:00' }])
    expect(told(night, '2027-01-15T23:00:00Z')).toEqual({ open: true, changesAt: '2027-01-16T06:00:00.000Z' })
    expect(told(night, '2027-01-16T05:59:59Z')).toEqual({ open: true, changesAt: '2027-01-16T06:00:00.000Z' })
    expect(told(night, '2027-01-16T06:00:00Z')).toEqual({ open: false, changesAt: '2027-01-22T22:00:00.000Z' })
    const joined = hours('UTC', [
      { day: 1, from: '20:00', to: '24:00' },
      { day: 2, from: '00:00', to: '02:00' },
    ])
    expect(told(joined, '2027-01-11T21:00:00Z')).toEqual({ open: true, changesAt: '2027-01-12T02:00:00.000Z' })
  })

  test('round the clock never change, and none never hold', () => {
    const always = hours(
      'UTC',
      [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '00:00', to: '24:00' })),
    )
    expect(told(always, '2027-01-11T21:00:00Z')).toEqual({ open: true, changesAt: null })
    expect(
      told(
        hours(
          'UTC',
          [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '06:00', to: '06:00' })),
        ),
        '2027-01-11T05:00:00Z',
      ),
    ).toEqual({ open: true, changesAt: null })
    expect(told(hours('UTC', []), '2027-01-11T21:00:00Z')).toEqual({ open: false, changesAt: null })
  })

  test('give way to a holiday, which is closed or has hours of its own; a night that began the day before goes on', () => {
    const shop = hours(
      'America/Sao_Paulo',
      [...weekdays('09:00', '18:00'), { day: 4, from: '22:00', to: '02:00' }],
      [
        { date: '2026-12-25', name: 'Natal', intervals: [] },
        { date: '2026-12-31', name: '', intervals: [{ from: '09:00', to: '12:00' }] },
      ],
    )
    // Thursday night into Christmas Day, a Friday.
    expect(told(shop, '2026-12-25T04:00:00Z')).toEqual({ open: true, changesAt: '2026-12-25T05:00:00.000Z' })
    expect(told(shop, '2026-12-25T13:00:00Z')).toEqual({ open: false, changesAt: '2026-12-28T12:00:00.000Z' })
    expect(told(shop, '2026-12-31T14:59:59Z')).toEqual({ open: true, changesAt: '2026-12-31T15:00:00.000Z' })
    expect(told(shop, '2027-01-01T01:30:00Z')).toEqual({ open: false, changesAt: '2027-01-01T12:00:00.000Z' })
  })

  test('begin and end by the clock on the wall when it is put forward or back', () => {
    const berlin = hours('Europe/Berlin', [
      { day: 7, from: '01:30', to: '04:00' },
      { day: 6, from: '22:00', to: '02:30' },
    ])
    // 28 March 2027: 02:00 becomes 03:00, so half past two never is; the night ends at the first moment after the gap.
    expect(told(berlin, '2027-03-28T00:45:00Z')).toEqual({ open: true, changesAt: '2027-03-28T02:00:00.000Z' })
    expect(told(hours('Europe/Berlin', [{ day: 6, from: '22:00', to: '02:30' }]), '2027-03-28T01:15:00Z')).toEqual({
      open: true,
      changesAt: '2027-03-28T01:30:00.000Z',
    })
    // 31 October 2027: 03:00 becomes 02:00, so half past two is twice; the first one counts.
    expect(told(hours('Europe/Berlin', [{ day: 6, from: '22:00', to: '02:30' }]), '2027-10-31T00:29:59Z')).toEqual({
      open: true,
      changesAt: '2027-10-31T00:30:00.000Z',
    })
    expect(told(hours('Europe/Berlin', [{ day: 6, from: '22:00', to: '02:30' }]), '2027-10-31T01:15:00Z')).toMatchObject({ open: false })
    // Nine o'clock is nine o'clock, whatever it is in UTC.
    const office = hours('Europe/Berlin', [{ day: 7, from: '09:00', to: '10:00' }])
    expect(told(office, '2027-03-27T12:00:00Z').changesAt).toBe('2027-03-28T07:00:00.000Z')
    expect(told(office, '2027-10-30T12:00:00Z').changesAt).toBe('2027-10-31T08:00:00.000Z')
    // New York puts it forward on 14 March 2027; the day has 23 hours.
    const whole = hours('America/New_York', [{ day: 7, from: '00:00', to: '24:00' }])
    expect(told(whole, '2027-03-14T12:00:00Z')).toEqual({ open: true, changesAt: '2027-03-15T04:00:00.000Z' })
  })

  test('that are found to change do change at that very moment, and not before', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '59'))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`)
    const interval = fc.record({ day: fc.integer({ min: 1, max: 7 }), from: clock, to: clock })
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 8 }),
        fc.constantFrom(
          'UTC',
          'Europe/Berlin',
          'America/New_York',
          'America/Sao_Paulo',
          'Asia/Kathmandu',
          'Australia/Lord_Howe',
          'Pacific/Apia',
        ),
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') }),
        (week, timeZone, moment) => {
          const given = hours(timeZone, week)
          const { open, changesAt } = hoursAt(given, moment)
          if (changesAt === null) return
          expect(changesAt).toBeGreaterThan(moment)
          expect(hoursAt(given, changesAt - 1).open).toBe(open)
          expect(hoursAt(given, changesAt).open).toBe(!open)
          expect(hoursAt(given, Math.floor((moment + changesAt) / 2)).open).toBe(open)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('know a zone and a date from what is none', () => {
    expect(['America/Sao_Paulo', 'UTC', 'Europe/Berlin'].map(isTimeZone)).toEqual([true, true, true])
    expect(['', 'Mars/Olympus', '+03:00', 'x y'].map(isTimeZone)).toEqual([false, false, false, false])
    expect(['2028-02-29', '2027-02-29', '2027-13-01', '27-01-01', 'soon'].map(isDate)).toEqual([true, false, false, false, false])
  })
})
