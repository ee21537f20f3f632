import type { Language } from '@parley/schema/vocabulary'
import { type Context, Hono } from 'hono'
import { type Asked, askedOf } from '../domain/reports/asked.ts'
import { lineOf, lineOfChat } from '../domain/reports/csv.ts'
import { listReportChats } from '../domain/reports/rows.ts'
import { HubError } from '../errors.ts'
import type { Log } from '../log.ts'
import { reportWords } from '../words/index.ts'
import type { OperatorActor, Works } from '../work.ts'
import { answerTo } from './answer.ts'

export interface ReportRoutes {
  works: Works
  log: Log
  inTurn<T>(report: () => Promise<T>): Promise<T>
  /** The operator of a request by its cookie, in this workspace. */
  operatorOf(c: Context, workspace: { slug: string }): Promise<OperatorActor | null>
}

/** Chats read at a time: no transaction waits for whoever reads slowly. */
const atATime = 500

/** A report as a file, one line a chat. */
export function reportRoutes({ works, log, inTurn, operatorOf }: ReportRoutes): Hono {
  const app = new Hono()
  app.onError((error, c) => answerTo(error, c, log))

  app.get('/reports/:workspace/chats.csv', async (c) => {
    const actor = await whoAsks(c)
    const { from = '', to = '', ...more } = c.req.query()
    const asked = askedOf({ from, to, ...more, basis: more.basis === 'closed' ? 'closed' : 'opened' })
    return new Response(linesOf(c, actor.language, asked), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="chats-${asked.from}-${asked.to}.csv"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    })
  })

  async function whoAsks(c: Context): Promise<OperatorActor> {
    const actor = await operatorOf(c, { slug: c.req.param('workspace') ?? '' })
    if (!actor) throw new HubError('signed_out')
    return actor
  }

  /** Rights are asked for again with each step: who loses them in the middle reads no further. */
  function linesOf(c: Context, language: Language, asked: Asked): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder()
    let last = 0
    return new ReadableStream<Uint8Array>({
      // Spreadsheets take a file without this mark for one of an alphabet of their own.
      start: (controller) => controller.enqueue(encoder.encode(`\ufeff${lineOf(reportWords(language))}`)),
      async pull(controller) {
        try {
          const actor = await whoAsks(c)
          const rows = await inTurn(() => works.read(actor, (work) => listReportChats(work, asked, last, atATime)))
          if (rows.length > 0) controller.enqueue(encoder.encode(rows.map(lineOfChat).join('')))
          last = rows.at(-1)?.number ?? last
          if (rows.length < atATime) controller.close()
        } catch (error) {
          log.warn({ err: error }, 'a report broke off')
          controller.error(error)
        }
      },
    })
  }
  return app
}
