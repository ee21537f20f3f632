import { askAs, askAsVisitor, cookieOf, insist, type Operator, post } from './api.ts'
import type { Fleet } from './fleet.ts'
import type { Platform } from './platform.ts'
import { within } from './random.ts'

const workspace = 'gauntlet'
const password = 'a long word for a long run'

/** Who and what takes part: two admins, one operator of the website's group, a website, a polling and a webhook bot. */
export interface Scene {
  ada: Operator
  ben: Operator
  /** Sees only the chats of the website's group. */
  cleo: Operator
  siteKey: string
  polling: Platform
  webhook: Platform
  channels: { web: string; polling: string; webhook: string }
  groupId: string
}

export async function setScene(fleet: Fleet, polling: Platform, webhook: Platform): Promise<Scene> {
  const url = fleet.urls[0] ?? ''
  const ada = await foundCompany(fleet)
  const get = (query: string, variables: object = {}) => insist(() => askAs(url, ada, query, variables))
  const { channels } = await get('{ channels { id publicKey group { id } } }')
  const groupId = channels[0].group?.id as string
  const ben = await invite(url, ada, 'Ben', 'admin', [])
  const cleo = await invite(url, ada, 'Cleo', 'operator', [groupId])
  const connect = async (name: string, platform: Platform, delivery: string) => {
    const { createChannel } = await get(
      'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { message } } }',
      {
        input: { kind: 'telegram', name, options: { botToken: platform.token, apiRoot: platform.apiRoot, delivery } },
      },
    )
    if (!createChannel.id) throw new Error(JSON.stringify(createChannel))
    return createChannel.id as string
  }
  const ids = {
    web: channels[0].id as string,
    polling: await connect('Polling', polling, 'polling'),
    webhook: await connect('Webhook', webhook, 'webhook'),
  }
  const connected = await within(30_000, async () =>
    (await get('{ channels { state } }')).channels.every((channel: { state: string }) => channel.state === 'connected'),
  )
  if (!connected) throw new Error('the bots did not connect')
  return { ada, ben, cleo, siteKey: channels[0].publicKey, polling, webhook, channels: ids, groupId }
}

export async function foundCompany(fleet: Fleet): Promise<Operator> {
  const founded = await found(
    fleet.urls[0] ?? '',
    fleet.hubs.flatMap((hub) => hub.setupUrl() ?? []),
  )
  return { name: 'Ada', cookie: cookieOf(founded), workspace }
}

/** Every hub that starts prints a link, and the newest is the one that is good. */
async function found(url: string, links: string[]): Promise<Response> {
  for (const link of links) {
    const answer = await post(url, '/setup', {
      token: new URL(link).searchParams.get('token'),
      company: 'Gauntlet',
      slug: workspace,
      language: 'en',
      name: 'Ada',
      email: 'ada@gauntlet.example',
      password,
    })
    if (answer.ok) return answer
  }
  throw new Error(`none of ${links.length} setup links was good`)
}

async function invite(url: string, ada: Operator, name: string, role: string, groupIds: string[]): Promise<Operator> {
  const { inviteOperator } = await insist(() =>
    askAs(
      url,
      ada,
      'mutation($input: InviteOperatorInput!) { inviteOperator(input: $input) { ... on OperatorInvitation { url } ... on Refusal { message } } }',
      {
        input: { name, email: `${name.toLowerCase()}@gauntlet.example`, role, groupIds },
      },
    ),
  )
  const answer = await post(url, '/invite', { token: new URL(inviteOperator.url).searchParams.get('token'), password, name })
  if (!answer.ok) throw new Error(await answer.text())
  return { name, cookie: cookieOf(answer), workspace }
}

export async function startVisitor(url: string, siteKey: string, name: string): Promise<string> {
  const { startVisitor: started } = await insist(() =>
    askAsVisitor(
      url,
      null,
      'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } ... on Refusal { message } } }',
      {
        input: { key: siteKey, name, email: `${name}@customer.example` },
      },
    ),
  )
  if (!started.token) throw new Error(JSON.stringify(started))
  return started.token as string
}
