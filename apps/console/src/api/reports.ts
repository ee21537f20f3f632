import { ask } from './client.ts'
import { graphql, type ResultOf, type VariablesOf } from './graphql.ts'

const figures = graphql(`
  fragment ReportFiguresFields on ReportFigures {
    chats customers answered closed abandoned left ratings rating
    waiting { count median average p90 }
    duration { count median average p90 }
    givenUp { count median average p90 }
  }
`)
const reportQuery = graphql(
  `
  query Report($input: ReportInput!) {
    report(input: $input) {
      total { ...ReportFiguresFields }
      operators { operator { id name } taken messages figures { ...ReportFiguresFields } }
      tags { tag { id name colour } chats customers customerChats }
      channels { channel { id name kind } figures { ...ReportFiguresFields } }
      groups { group { id name } figures { ...ReportFiguresFields } }
      days { day figures { chats abandoned } }
      hours { weekday hour chats }
      requests { total form states { state count } answer { median } }
      visitors {
        visitors wrote stay { median average p90 }
        referrers { name visitors wrote }
        campaigns { name visitors wrote }
        searches { name visitors wrote }
      }
    }
  }
`,
  [figures],
)
export type ReportInput = VariablesOf<typeof reportQuery>['input']
export type Report = ResultOf<typeof reportQuery>['report']
export type ReportFigures = ResultOf<typeof figures>

/** The file with a line for each chat of the report. */
export const reportFile = (slug: string, input: ReportInput): string =>
  `/reports/${encodeURIComponent(slug)}/chats.csv?${new URLSearchParams(Object.entries(input).flatMap(([key, value]) => (value ? [[key, String(value)]] : [])))}`
export const askReport = async (input: ReportInput): Promise<Report> => (await ask(reportQuery, { input })).report
