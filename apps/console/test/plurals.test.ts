import { expect, it } from 'vitest'
import { i18n } from '../src/i18n.ts'

it('counts in Russian with three forms, and with a fourth before them that says that there is nothing', () => {
  i18n.global.mergeLocaleMessage('ru', {
    three: '{n} чат | {n} чата | {n} чатов',
    four: 'чатов нет | {n} чат | {n} чата | {n} чатов',
  } as never)
  i18n.global.locale.value = 'ru'
  const said = (path: string) => [0, 1, 2, 5, 11, 21].map((count) => i18n.global.t(path, count))
  expect(said('three')).toEqual(['0 чатов', '1 чат', '2 чата', '5 чатов', '11 чатов', '21 чат'])
  expect(said('four')).toEqual(['чатов нет', '1 чат', '2 чата', '5 чатов', '11 чатов', '21 чат'])
})
