import { uuidv7 } from 'uuidv7'
import { notFound } from '../errors.ts'

export const newId = (): string => uuidv7()

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** An id as a client gave it. What cannot be an id does not exist. */
export function idOf(value: string): string {
  if (!shape.test(value)) throw notFound()
  return value.toLowerCase()
}
