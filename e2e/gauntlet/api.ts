import { sleep } from './random.ts'

/** The two doors of a hub as clients use them; every request may fail, and is asked again by who needs the answer. */
export type Answer = { data?: any; errors?: { message: string; extensions?: Record<string, unknown> }[] }

const patience = 20_000

async function ask(url: string, headers: Record<string, string>, query: string, variables: object): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(patience),
  })
  return (await answer.json()) as Answer
}

/** Someone signed in at any of the hubs. */
export interface Operator {
  name: string
  cookie: string
  workspace: string
}
export const askAs = (url: string, { cookie, workspace }: Operator, query: string, variables: object = {}): Promise<Answer> =>
  ask(`${url}/graphql`, { cookie, origin: url, 'x-parley-workspace': workspace }, query, variables)
export const askAsVisitor = (url: string, token: string | null, query: string, variables: object = {}): Promise<Answer> =>
  ask(`${url}/widget/graphql`, token ? { authorization: `Visitor ${token}` } : {}, query, variables)

/** Asks until there is an answer without errors, at whichever hub `url` names then. */
export async function insist(request: () => Promise<Answer>, over: () => boolean = () => false): Promise<any> {
  for (;;) {
    const answer = await request().catch(() => undefined)
    if (answer?.data && !answer.errors) return answer.data
    if (over()) throw new Error(`no answer: ${JSON.stringify(answer)}`)
    await sleep(100)
  }
}

export const post = (url: string, path: string, body: object): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify(body) })
export const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
