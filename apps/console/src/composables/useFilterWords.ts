import {
  type Condition,
  type CustomCondition,
  choiceTests,
  customTests,
  type MomentUnit,
  momentTests,
  ratingTests,
  tagTests,
  textTests,
} from '@parley/schema/filter'
import type { ChannelKind } from '@parley/schema/vocabulary'
import { useI18n } from 'vue-i18n'
import { useChannels } from '../stores/channels.ts'
import { useCustomerFields } from '../stores/customerFields.ts'
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
  email: 'E-mail',
}

/** Conditions in the reader's words. */
export function useFilterWords() {
  const { t, locale } = useI18n()
  const channels = useChannels()
  const groups = useGroups()
  const operators = useOperators()
  const tags = useTags()
  const own = useCustomerFields()

  const fieldName = (field: string): string => t(`filters.field_${field}`)
  const ownField = ({ id }: CustomCondition) => own.all.find((each) => each.id === id)
  /** A field of the company's own may be archived, or no more: the condition says so. */
  function subjectName(condition: Condition): string {
    if (condition.field !== 'custom') return fieldName(condition.field)
    const field = ownField(condition)
    if (!field) return own.loaded ? t('filters.goneField') : '…'
    return field.archived ? t('filters.archivedField', { name: field.label }) : field.label
  }
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
      case 'givenUp':
        return momentWords(condition)
      case 'waiting':
        return t('filters.over', { span: span(condition.minutes, 'minute') })
      case 'custom':
        return customWords(condition)
      case 'rating':
        return condition.is === 'range' ? rangeWords(condition.least, condition.most) : t(`filters.rating_${condition.is}`)
      case 'unread':
      case 'answered':
        return t(`filters.${condition.is}`)
      default:
        return textWords(condition.is, condition.value ?? '')
    }
  }
  function customWords(condition: CustomCondition): string {
    switch (condition.is) {
      case 'range':
        return rangeWords(condition.least, condition.most)
      case 'last':
      case 'before':
      case 'next':
      case 'between':
        return momentWords(condition)
      case 'any':
      case 'all':
      case 'none': {
        const isYesNo = ownField(condition)?.type === 'yes_no'
        const names = condition.values.map((value) => (isYesNo && (value === 'yes' || value === 'no') ? t(`filters.${value}`) : value))
        return condition.is === 'any' && names.length === 1 ? (names[0] ?? '') : `${t(`filters.is_${condition.is}`)} ${names.join(', ')}`
      }
      default:
        return textWords(condition.is, 'value' in condition ? condition.value : '')
    }
  }
  function rangeWords(least: number | undefined, most: number | undefined): string {
    const figure = (value: number | undefined) => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 9 }).format(value ?? 0)
    if (least === undefined) return t('filters.atMost', { n: figure(most) })
    if (most === undefined) return t('filters.atLeast', { n: figure(least) })
    return least === most ? figure(least) : `${figure(least)} – ${figure(most)}`
  }
  const textWords = (is: string, value: string): string =>
    is === 'empty' || is === 'filled' ? t(`filters.is_${is}`) : `${t(`filters.is_${is}`)} “${value}”`
  type Moment = Extract<Condition, { is: 'last' | 'before' | 'next' | 'between' }>
  function momentWords(condition: Moment): string {
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
      return `${subjectName(condition)}: ${valueWords(condition)}`
    } catch {
      return `${condition.field}: ${condition.is}`
    }
  }

  const testsOf = (condition: Condition): { value: string; label: string }[] => {
    const { field } = condition
    const named = (tests: readonly string[], prefix = 'is') => tests.map((value) => ({ value, label: t(`filters.${prefix}_${value}`) }))
    if (condition.field === 'custom') {
      const type = ownField(condition)?.type
      return type ? named(customTests[type === 'yes_no' ? 'yes-no' : type]) : []
    }
    if (field === 'name' || field === 'email' || field === 'phone' || field === 'taxId') return named(textTests)
    if (field === 'text') return named(['contains', 'lacks'])
    if (field === 'chatTags' || field === 'customerTags') return named(tagTests, 'tags')
    if (field === 'opened' || field === 'closed' || field === 'lastMessage' || field === 'givenUp') return named(momentTests)
    if (field === 'unread' || field === 'answered') return ['yes', 'no'].map((value) => ({ value, label: t(`filters.${value}`) }))
    if (field === 'rating') return named(ratingTests, 'rating')
    return field === 'waiting' ? [] : named(choiceTests, 'choice')
  }

  return { fieldName, subjectName, ownField, kindName, valueName, unitName, conditionWords, testsOf }
}
