import { useI18n } from 'vue-i18n'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** Sizes of files in the reader's words: `size(1536)` is "1.5 kB". */
export function useSizes() {
  const { locale } = useI18n()
  function size(bytes: number): string {
    const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024)))
    const format = new Intl.NumberFormat(locale.value, {
      style: 'unit',
      unit: units[step],
      unitDisplay: 'short',
      maximumFractionDigits: step > 1 ? 1 : 0,
    })
    return format.format(bytes / 1024 ** step)
  }
  return { size }
}
