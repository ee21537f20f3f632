import { limits } from '@parley/schema/vocabulary'

const cyrillic: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
}

/** A name as part of an address: "Café São João" is "cafe-sao-joao". */
export const slugOf = (name: string): string => latin(name, '-', limits.slug)
/** A name as templates write it: "Café São João" is "cafe_sao_joao". */
export const keyOf = (name: string): string => latin(name, '_', limits.fieldKey)

function latin(name: string, between: '-' | '_', max: number): string {
  const words = [...name.toLowerCase().normalize('NFD')]
    .map((letter) => cyrillic[letter] ?? letter)
    .join('')
    .replace(/\p{M}/gu, '')
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  const whole = words.join(between).slice(0, max)
  return whole.endsWith(between) ? whole.slice(0, -1) : whole
}
