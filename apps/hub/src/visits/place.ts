import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { type CityResponse, Reader } from 'mmdb-lib'
import { lineOf } from './source.ts'

/** A country of two letters and a city by its English name; null: not known. */
export interface Place {
  country: string | null
  city: string | null
}
export type FindPlace = (address: string) => Place
const nowhere: Place = { country: null, city: null }
export const knowsNowhere: FindPlace = () => nowhere

/** Reads a database in the format MMDB, as MaxMind and others give them out; throws where it is none. It is asked in memory: no address leaves the machine. */
export function openPlaces(file: string): FindPlace {
  const reader = new Reader<CityResponse>(readFileSync(file))
  return (address) => {
    const found = isIP(address) ? reader.get(address) : null
    const code = (found?.country ?? found?.registered_country)?.iso_code ?? ''
    return { country: /^[A-Z]{2}$/.test(code) ? code : null, city: lineOf(found?.city?.names?.en) || null }
  }
}
