import { HubError } from '../errors.ts'

/** CPF and CNPJ, the Brazilian tax numbers of people and of companies; the latter with letters too, as issued since 2026. */
const cpf = /^\d{11}$/
const cnpj = /^[0-9A-Z]{12}\d{2}$/

/** The number without points and strokes; refused where its check digits say that it was mistyped. */
export function taxIdOf(value: string, field: string): string {
  const id = value.replaceAll(/[\s./-]/g, '').toUpperCase()
  if (!isTaxId(id)) throw new HubError('bad_tax_id', { field })
  return id
}

/** As people write it: 123.456.789-09, 12.ABC.345/01DE-35. */
export const writtenTaxId = (id: string): string =>
  cpf.test(id) ? id.replace(/^(...)(...)(...)(..)$/, '$1.$2.$3-$4') : id.replace(/^(..)(...)(...)(....)(..)$/, '$1.$2.$3/$4-$5')

function isTaxId(id: string): boolean {
  if (/^(.)\1*$/.test(id)) return false
  if (cpf.test(id)) return endsWithChecks(id, (place) => place + 1)
  // Weights of a CNPJ go round: 2 to 9, and from 2 again.
  return cnpj.test(id) && endsWithChecks(id, (place) => ((place - 1) % 8) + 2)
}

/** `weight` of the places counted from the last one before the check digit, from 1. */
function endsWithChecks(id: string, weight: (place: number) => number): boolean {
  for (const length of [id.length - 2, id.length - 1]) {
    let sum = 0
    for (let n = 0; n < length; n += 1) sum += (id.charCodeAt(n) - 48) * weight(length - n)
    const rest = sum % 11
    if (id.charCodeAt(length) - 48 !== (rest < 2 ? 0 : 11 - rest)) return false
  }
  return true
}
