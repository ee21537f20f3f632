import type { Scene } from './scene.ts'

/** A visitor without a browser, for journeys that need somebody who writes: name and e-mail are given, and he may say things. */
export interface Visitor {
  say(text: string): Promise<void>
}

/** `from`: the address he writes from, as a proxy says that the hub trusts. */
export async function startVisitor(scene: Scene, name: string, from?: string): Promise<Visitor> {
  const shop = await (await fetch(`${scene.address}/demo`)).text()
  const key = /data-channel="([^"]+)"/.exec(shop)?.[1]
  const { startVisitor: started } = await ask(scene, start, { key, name, email: 'someone@customer.example' }, undefined, from)
  return {
    async say(text) {
      await ask(scene, send, { clientId: crypto.randomUUID(), text }, started?.token, from)
    },
  }
}

const start = 'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }'
const send = 'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { ... on VisitorMessage { id } } }'

async function ask(
  scene: Scene,
  query: string,
  input: object,
  token?: string,
  from?: string,
): Promise<Record<string, { token?: string; id?: string }>> {
  const headers = {
    'content-type': 'application/json',
    ...(token && { authorization: `Visitor ${token}` }),
    ...(from && { 'x-forwarded-for': from }),
  }
  const answer = await fetch(`${scene.address}/widget/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables: { input } }),
  })
  const { data } = await answer.json()
  if (!Object.values(data ?? {}).some((value) => Object.keys(value as object).length > 0))
    throw new Error(`a visitor was refused: ${answer.status}`)
  return data
}
