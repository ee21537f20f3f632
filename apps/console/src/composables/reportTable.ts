export interface ReportColumn {
  label: string
  /** What stands above this column and its neighbours. */
  group?: string
}
/** A figure, and the list of what it counts where there is one. */
export interface ReportCell {
  text: string
  to?: string | null
}
export interface ReportRow {
  id: string
  name: string
  cells: ReportCell[]
}
