import type { Scene } from './scene.ts'

/** A visitor without a browser, for journeys that need somebody who writes: name and e-mail are given, and he may say things. */
export interface Visitor {
  say(text: string): Promise<void>
}

/** Somebody looks at the shop's page of this title, in a browser as people have them. */
export async function browse(scene: Scene, title: string): Promise<void> {
  const page = await (await fetch(`${scene.address}/demo`)).text()
  const key = /data-channel="([^"]+)"/.exec(page)?.[1]
  const answer = await fetch(`${scene.address}/widget/status?channel=${key}`, {
    method: 'POST',
    headers: { origin: scene.address, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0 Safari/537.36' },
    body: JSON.stringify([`browser-of-${title.replace(/\W/g, '-')}`, `${scene.address}/demo`, title, '']),
  })
  if (!answer.ok) throw new Error(`nobody could look at the shop: ${answer.status}`)
}

/** `from`: the address he writes from, as a proxy says that the hub trusts; `key`: of another website than the demo's. */
export async function startVisitor(
  scene: Scene,
  name: string,
  from?: string,
  more: { email?: string; key?: string } = {},
): Promise<Visitor> {
  const shop = await (await fetch(`${scene.address}/demo`)).text()
  const key = /data-channel="([^"]+)"/.exec(shop)?.[1]
  const { startVisitor: started } = await ask(scene, start, { key, name, email: 'someone@customer.example', ...more }, undefined, from)
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
