import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { phoneKey } from '../src/db/tables/customer.ts'
import { countryOf, e164Of, platformE164Of } from '../src/domain/phone.ts'
import { taxIdOf, writtenTaxId } from '../src/domain/tax-id.ts'
import { HubError } from '../src/errors.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

describe('a phone', () => {
  test.each([
    ['(11) 98765-4321', 'BR', '+5511987654321'],
    ['011 98765 4321', 'BR', '+5511987654321'],
    ['5511987654321', 'BR', '+5511987654321'],
    ['5511987654321', 'US', '+5511987654321'],
    ['+55 (11) 98765-4321', 'US', '+5511987654321'],
    ['8 (912) 345-67-89', 'RU', '+79123456789'],
    ['(212) 736-5000', 'US', '+12127365000'],
    ['612 34 56 78', 'ES', '+34612345678'],
    ['<b>98765</b>', 'BR', null],
    ['call me', 'BR', null],
    ['12', 'BR', null],
    ['', 'BR', null],
    ['9'.repeat(40), 'BR', null],
  ] as const)('%s typed in %s is %s', (typed, country, expected) => expect(e164Of(typed, country)).toBe(expected))

  test('of a platform has its country, with the plus or without', () => {
    expect(platformE164Of('5511987654321')).toBe('+5511987654321')
    expect(platformE164Of('+55 11 98765-4321')).toBe('+5511987654321')
    expect(platformE164Of('me')).toBeNull()
    expect(platformE164Of('0123456789')).toBeNull()
    expect(platformE164Of(undefined)).toBeNull()
  })

  test('is of the country the admin chose, or of the one the language suggests', () => {
    expect(countryOf({ country: 'PT', language: 'pt-BR' })).toBe('PT')
    expect(countryOf({ country: null, language: 'pt-BR' })).toBe('BR')
    expect(countryOf({ country: null, language: 'xx' })).toBe('US')
  })
})

describe('two ways to write one number', () => {
  let database: TestDatabase
  let sql: postgres.Sql
  beforeAll(async () => {
    database = await createDatabase(() => Promise.resolve())
    sql = postgres(database.url, { max: 1, onnotice: () => {} })
  })
  afterAll(async () => {
    await sql.end()
    await database.drop()
  })
  const keyOf = async (phone: string): Promise<string> => (await sql.unsafe(`select ${phoneKey('$1::text')} as key`, [phone]))[0]?.key

  test.each([
    ['+5511987654321', '+551187654321', true],
    ['+5511932345678', '+551132345678', false],
    ['+5511987654321', '+5521987654321', false],
    ['+5215512345678', '+525512345678', true],
    ['+5491123456789', '+541123456789', true],
    ['+12127365000', '+12127365001', false],
  ])('%s and %s: %s', async (one, other, same) => expect((await keyOf(one)) === (await keyOf(other))).toBe(same))
})

describe('a tax id', () => {
  test.each([
    ['529.982.247-25', '52998224725', '529.982.247-25'],
    ['52998224725', '52998224725', '529.982.247-25'],
    ['11.222.333/0001-81', '11222333000181', '11.222.333/0001-81'],
    ['12.ABC.345/01DE-35', '12ABC34501DE35', '12.ABC.345/01DE-35'],
    [' 12abc34501de35 ', '12ABC34501DE35', '12.ABC.345/01DE-35'],
  ])('%s is kept as %s and written as %s', (typed, kept, written) => {
    expect(taxIdOf(typed, 'taxId')).toBe(kept)
    expect(writtenTaxId(kept)).toBe(written)
  })
  test.each([
    '529.982.247-26',
    '111.111.111-11',
    '00000000000000',
    '11222333000182',
    '12ABC34501DE36',
    '12ABC34501DEA5',
    '1',
    'abc',
    '５２９９８２２４７２５',
  ])('%s is none', (typed) => {
    expect(() => taxIdOf(typed, 'taxId')).toThrow(HubError)
  })
  test('is found out when one of its digits is mistyped', () => {
    for (const id of ['52998224725', '11222333000181'])
      for (let n = 0; n < id.length; n += 1) {
        const other = id[n] === '7' ? '8' : '7'
        expect(() => taxIdOf(id.slice(0, n) + other + id.slice(n + 1), 'taxId')).toThrow(HubError)
      }
  })
})
