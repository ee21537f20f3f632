import type { BrowserContext, BrowserContextOptions } from 'playwright-core'
import type { Scene } from './scene.ts'

export const password = 'correct horse battery'
export const emailOf = (name: string) => `${name.toLowerCase().replace(/\W+/g, '.')}@acme.example`

/** The workspace "acme" and its admin Ada, made without the forms; answers with her browser, signed in. */
export async function setUp(
  scene: Scene,
  more: { company?: string; name?: string; language?: string } = {},
  browser: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const ada = await scene.visit(browser)
  const token = new URL(scene.setupLink).searchParams.get('token')
  const answers = { company: 'Acme', slug: 'acme', language: 'en', name: 'Ada', email: emailOf('Ada'), password, ...more }
  await post(ada, scene, '/setup', { token, ...answers })
  return ada
}

/** A colleague invited by `admin`, who has accepted: his browser, signed in. */
export async function addColleague(
  scene: Scene,
  admin: BrowserContext,
  name: string,
  more: { role?: string; groupIds?: string[]; email?: string } = {},
): Promise<BrowserContext> {
  const input = { name, email: emailOf(name), role: 'operator', groupIds: [], ...more }
  const { inviteOperator } = await ask<{ inviteOperator: { url: string } }>(admin, scene, invite, { input })
  const colleague = await scene.visit()
  await post(colleague, scene, '/invite', { token: new URL(inviteOperator.url).searchParams.get('token'), password, name })
  return colleague
}

const invite = `mutation($input: InviteOperatorInput!) { inviteOperator(input: $input) { ... on OperatorInvitation { url } ... on Refusal { code message } } }`

/** Asks the API as the one signed in in this browser; throws when it answers with errors or a refusal. */
export async function ask<Data>(context: BrowserContext, scene: Scene, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await post(context, scene, '/graphql', { query, variables })
  if (errors || JSON.stringify(data).includes('"code"')) throw new Error(JSON.stringify(errors ?? data))
  return data
}

/** A group without members; answers with its id. */
export async function addGroup(scene: Scene, admin: BrowserContext, name: string): Promise<string> {
  const { createGroup } = await ask<{ createGroup: { id: string } }>(admin, scene, makeGroup, { name })
  return createGroup.id
}
const makeGroup =
  'mutation($name: String!) { createGroup(name: $name, memberIds: []) { ... on Group { id } ... on Refusal { code message } } }'

async function post(context: BrowserContext, scene: Scene, path: string, data: object) {
  const headers = { origin: scene.address, 'x-parley-workspace': 'acme' }
  const answer = await context.request.post(path, { data, headers })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}
