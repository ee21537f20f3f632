import type { Page, Route } from 'playwright-core'

/** Answers of the hub that have been given and are still on their way to this page. */
export interface Held {
  /** how many there are by now, those that were let go included */
  count(): number
  /** lets one arrive, counted from the first */
  give(which?: number): Promise<void>
  /** nothing is held any more; whatever was, arrives */
  end(): Promise<void>
}

/** Holds the hub's answers to one operation, by its name: what was asked is done, and this page does not hear of it until it is let go. */
export async function holdAnswers(page: Page, operation: string): Promise<Held> {
  const waiting: (() => Promise<void>)[] = []
  const given = new Set<number>()
  let isOver = false
  const hold = async (route: Route) => {
    const body = route.request().postData() ?? ''
    if (isOver || !body.includes(`"operationName":"${operation}"`)) return route.fallback()
    const response = await route.fetch()
    await new Promise<void>((resolve) => {
      waiting.push(async () => {
        await route.fulfill({ response })
        resolve()
      })
    })
  }
  await page.route('**/graphql', hold)
  async function give(which = 0): Promise<void> {
    if (given.has(which)) return
    given.add(which)
    await waiting[which]?.()
  }
  return {
    count: () => waiting.length,
    give,
    async end() {
      isOver = true
      for (const [which] of waiting.entries()) await give(which)
      await page.unroute('**/graphql', hold)
    },
  }
}
