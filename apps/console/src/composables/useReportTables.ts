import type { Condition } from '@parley/schema/filter'
import { noGroup } from '@parley/schema/filter'
import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Report, ReportFigures } from '../api/reports.ts'
import type { ReportCell, ReportColumn, ReportRow } from './reportTable.ts'
import { useReportFormats } from './useReportFormats.ts'

type ListPath = (more?: Condition[]) => string | null

/** The tables of a report: its figures in words, each with the list behind it. */
export function useReportTables(report: Ref<Report | null>, listPath: ListPath) {
  const { t } = useI18n()
  const { n, time, mark } = useReportFormats()

  const closed: Condition = { field: 'state', is: 'any', values: ['closed'] }
  /** A figure of nothing leads nowhere. */
  const counted = (count: number, ...which: Condition[]): ReportCell => ({ text: n(count), ...(count > 0 && { to: listPath(which) }) })
  const plain = (count: number): ReportCell => ({ text: n(count) })
  const times = ({ median, average, p90 }: ReportFigures['waiting']): ReportCell[] =>
    [median, average, p90].map((each) => ({ text: time(each) }))
  const rated = ({ rating, ratings }: ReportFigures, here: Condition): ReportCell =>
    ratings ? { text: `${mark(rating)} (${n(ratings)})`, to: listPath([here, { field: 'rating', is: 'filled' }]) } : { text: '–' }

  const column = (key: string): ReportColumn => ({ label: t(`reports.${key}`) })
  const spread = (key: string): ReportColumn[] =>
    ['median', 'average', 'p90'].map((each) => ({ label: t(`reports.${each}`), group: t(`reports.${key}`) }))
  const rows = <Row>(of: readonly Row[] | undefined, make: (row: Row) => ReportRow): ReportRow[] => (of ?? []).map(make)
  const named = (a: ReportRow, b: ReportRow) => a.name.localeCompare(b.name)

  const operators = computed(() => ({
    columns: [...['chats', 'taken', 'closed', 'messages'].map(column), ...spread('waiting'), ...spread('duration'), column('rating')],
    rows: rows(report.value?.operators, ({ operator, taken, messages, figures }) => {
      const held: Condition = { field: 'operator', is: 'any', values: [operator?.id ?? 'nobody'] }
      return {
        id: operator?.id ?? 'nobody',
        name: operator?.name ?? t('reports.nobody'),
        cells: [
          counted(figures.chats, held),
          plain(taken),
          counted(figures.closed, held, closed),
          plain(messages),
          ...times(figures.waiting),
          ...times(figures.duration),
          rated(figures, held),
        ],
      }
    }).sort((a, b) => Number(a.id === 'nobody') - Number(b.id === 'nobody') || named(a, b)),
  }))

  const placeColumns = computed(() => [
    ...['chats', 'answered', 'closed', 'abandoned'].map(column),
    { label: t('reports.median'), group: t('reports.waiting') },
    { label: t('reports.median'), group: t('reports.duration') },
    column('rating'),
  ])
  const placeCells = (figures: ReportFigures, here: Condition): ReportCell[] => [
    counted(figures.chats, here),
    plain(figures.answered),
    counted(figures.closed, here, closed),
    plain(figures.abandoned),
    { text: time(figures.waiting.median) },
    { text: time(figures.duration.median) },
    rated(figures, here),
  ]
  const channels = computed(() => ({
    columns: placeColumns.value,
    rows: rows(report.value?.channels, ({ channel: { id, name }, figures }) => ({
      id,
      name,
      cells: placeCells(figures, { field: 'channel', is: 'any', values: [id] }),
    })).sort(named),
  }))
  const groups = computed(() => ({
    columns: placeColumns.value,
    rows: rows(report.value?.groups, ({ group, figures }) => ({
      id: group?.id ?? noGroup,
      name: group?.name ?? t('reports.noGroup'),
      cells: placeCells(figures, { field: 'group', is: 'any', values: [group?.id ?? noGroup] }),
    })).sort((a, b) => Number(a.id === noGroup) - Number(b.id === noGroup) || named(a, b)),
  }))
  const tags = computed(() => ({
    columns: ['tagChats', 'tagCustomers', 'tagCustomerChats'].map(column),
    rows: rows(report.value?.tags, ({ tag: { id, name }, chats, customers, customerChats }) => ({
      id,
      name,
      cells: [
        counted(chats, { field: 'chatTags', is: 'any', ids: [id] }),
        plain(customers),
        counted(customerChats, { field: 'customerTags', is: 'any', ids: [id] }),
      ],
    })),
  }))
  return { operators, channels, groups, tags }
}
