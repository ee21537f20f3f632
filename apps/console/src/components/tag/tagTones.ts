import type { TagColour } from '../../api/tags.ts'

/** Grounds and words of tags, with a contrast of at least 4.5 in light and dark. */
export const tagTones: Record<TagColour, string> = {
  slate: 'bg-slate-200 text-slate-900 dark:bg-slate-700 dark:text-slate-100',
  red: 'bg-red-100 text-red-900 dark:bg-red-900/70 dark:text-red-100',
  orange: 'bg-orange-100 text-orange-900 dark:bg-orange-900/70 dark:text-orange-100',
  amber: 'bg-amber-100 text-amber-900 dark:bg-amber-900/70 dark:text-amber-100',
  green: 'bg-green-100 text-green-900 dark:bg-green-900/70 dark:text-green-100',
  teal: 'bg-teal-100 text-teal-900 dark:bg-teal-900/70 dark:text-teal-100',
  blue: 'bg-blue-100 text-blue-900 dark:bg-blue-900/70 dark:text-blue-100',
  violet: 'bg-violet-100 text-violet-900 dark:bg-violet-900/70 dark:text-violet-100',
  pink: 'bg-pink-100 text-pink-900 dark:bg-pink-900/70 dark:text-pink-100',
}
