import { createHmac, randomUUID } from 'node:crypto'
import { type Person, type TestHub, Visitor } from './hub.ts'

export interface Website {
  id: string
  publicKey: string
}

/** The secret by which the website signs from now on; undefined: it was refused. */
export const renewSecret = async (as: Person, { id }: Website): Promise<string> =>
  (
    await as.get(
      'mutation($id: ID!) { renewIdentitySecret(channelId: $id) { ... on IdentitySecret { secret } ... on Refusal { code } } }',
      { id },
    )
  ).renewIdentitySecret.secret

export const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
export const soon = (seconds = 300): number => Math.floor(Date.now() / 1_000) + seconds

/** As a website's server does it. */
export function signClaims(
  claims: Record<string, unknown>,
  secret: string,
  head: Record<string, unknown> = { alg: 'HS256', typ: 'JWT' },
): string {
  const body = `${part(head)}.${part({ exp: soon(), jti: randomUUID(), ...claims })}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}

export const identifyAs = async (hub: TestHub, key: string, token: string, visitor = new Visitor(hub.url, null)) =>
  (
    await visitor.get(
      'mutation($input: IdentifyInput!) { identify(input: $input) { __typename ... on StartVisitorSuccess { token visitor { id name email chat { id } } } ... on Refusal { code field message remedy } } }',
      { input: { key, token } },
    )
  ).identify

export async function startNamed(hub: TestHub, website: Website, name: string): Promise<Visitor> {
  const { startVisitor } = await new Visitor(hub.url, null).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }',
    { input: { key: website.publicKey, name, email: `${name.toLowerCase()}@typed.example` } },
  )
  return new Visitor(hub.url, startVisitor.token)
}

/** What a visitor sees of what was said; null before the first message. */
export const textsOf = async (visitor: Visitor): Promise<string[] | null> =>
  (await visitor.get('{ visitor { chat { messages(last: 20) { edges { node { text } } } } } }')).visitor?.chat?.messages.edges.map(
    (edge: any) => edge.node.text,
  ) ?? null

export const findCustomers = async (as: Person, search: string): Promise<{ name: string; email: string }[]> =>
  (await as.get('query($s: String!) { customers(search: $s) { edges { node { name email } } } }', { s: search })).customers.edges.map(
    (edge: any) => edge.node,
  )
