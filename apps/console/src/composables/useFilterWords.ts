import { type Condition, choiceTests, type MomentUnit, momentTests, tagTests, textTests } from '@parley/schema/filter'
import type { ChannelKind } from '@parley/schema/vocabulary'
import { useI18n } from 'vue-i18n'
import { useChannels } from '../stores/channels.ts'
import { useGroups } from '../stores/groups.ts'
import { useOperators } from '../stores/operators.ts'
import { useTags } from '../stores/tags.ts'

/** Names of networks are the same in every language but for the website. */
const kindNames: Partial<Record<ChannelKind, string>> = {
  telegram: 'Telegram',
  whatsapp: 'WhatsApp',
  'whatsapp-cloud': 'WhatsApp Cloud',
  messenger: 'Messenger',
  instagram: 'Instagram',
}

/** Conditions in the reader's words. */
export function useFilterWords() {
  const { t, locale } = useI18n()
  const channels = useChannels()
  const groups = useGroups()
  const operators = useOperators()
  const tags = useTags()

  const fieldName = (field: string): string => t(`filters.field_${field}`)
  const kindName = (kind: string): string => kindNames[kind as ChannelKind] ?? (kind === 'web' ? t('filters.web') : kind)
  const span = (count: number, unit: MomentUnit): string =>
    new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
  /** The unit alone, as it stands behind this number. */
  const unitName = (count: number, unit: MomentUnit): string =>
    new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long' })
      .formatToParts(count)
      .flatMap(({ type, value }) => (type === 'unit' ? [value] : []))
      .join('')
  const day = (date: string): string =>
    new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))

  /** What one value of a choice is called; what is gone has no name any more. */
  function valueName(field: string, value: string): string {
    if (field === 'state') return t(`filters.state_${value}`)
    if (field === 'kind') return kindName(value)
    if (field === 'operator')
      return value === 'me' || value === 'nobody' ? t(`filters.${value}`) : (operators.byId[value]?.name ?? t('filters.gone'))
    if (field === 'group') return value === 'nobody' ? t('filters.noGroup') : (groups.byId[value]?.name ?? t('filters.gone'))
    return channels.byId[value]?.name ?? t('filters.gone')
  }
  const tagName = (id: string): string => tags.byId[id]?.name ?? t('filters.gone')

  function valueWords(condition: Condition): string {
    switch (condition.field) {
      case 'chatTags':
      case 'customerTags':
        return condition.is === 'empty'
          ? t('filters.noTags')
          : `${t(`filters.is_${condition.is}`)} ${(condition.ids ?? []).map(tagName).join(', ')}`
      case 'channel':
      case 'kind':
      case 'group':
      case 'operator':
      case 'state': {
        const names = condition.values.map((value) => valueName(condition.field, value)).join(', ')
        return condition.is === 'any' ? names : t('filters.not', { names })
      }
      case 'opened':
      case 'closed':
      case 'lastMessage':
        return momentWords(condition)
      case 'waiting':
        return t('filters.over', { span: span(condition.minutes, 'minute') })
      case 'unread':
        return t(`filters.${condition.is}`)
      default:
        return condition.is === 'empty' || condition.is === 'filled'
          ? t(`filters.is_${condition.is}`)
          : `${t(`filters.is_${condition.is}`)} “${condition.value ?? ''}”`
    }
  }
  function momentWords(condition: Extract<Condition, { field: 'opened' | 'closed' | 'lastMessage' }>): string {
    if (condition.is === 'between') {
      const { from, to } = condition
      if (from && to) return from === to ? day(from) : `${day(from)} – ${day(to)}`
      return from ? t('filters.since', { day: day(from) }) : t('filters.until', { day: day(to ?? '') })
    }
    if (condition.is === 'last' && condition.count === 1 && condition.unit === 'day') return t('filters.today')
    return t(`filters.${condition.is}`, { span: span(condition.count, condition.unit) })
  }
  /** A condition of an address may be of a later console, or of nobody's. */
  function conditionWords(condition: Condition): string {
    try {
      return `${fieldName(condition.field)}: ${valueWords(condition)}`
    } catch {
      return `${condition.field}: ${condition.is}`
    }
  }

  const testsOf = (field: Condition['field']): { value: string; label: string }[] => {
    const named = (tests: readonly string[], prefix = 'is') => tests.map((value) => ({ value, label: t(`filters.${prefix}_${value}`) }))
    if (field === 'name' || field === 'email' || field === 'phone') return named(textTests)
    if (field === 'text') return named(['contains', 'lacks'])
    if (field === 'chatTags' || field === 'customerTags') return named(tagTests, 'tags')
    if (field === 'opened' || field === 'closed' || field === 'lastMessage') return named(momentTests)
    if (field === 'unread') return ['yes', 'no'].map((value) => ({ value, label: t(`filters.${value}`) }))
    return field === 'waiting' ? [] : named(choiceTests, 'choice')
  }

  return { fieldName, kindName, valueName, unitName, conditionWords, testsOf }
}
