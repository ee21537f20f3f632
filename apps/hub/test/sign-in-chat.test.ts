import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeWorld, type World } from './rights/world.ts'

let world: World

beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.drop())

const keyFor = async (workspace?: string): Promise<string | null> =>
  (await (await fetch(`${world.hub.url}/widget/sign-in${workspace ? `?workspace=${workspace}` : ''}`)).json()).key

test('the chat of a website stands on the sign-in page of its own company, once an admin wishes it and while it is open', async () => {
  const { admin } = world.people
  expect(await keyFor('acme')).toBeNull()
  const { channels } = await admin.get('{ channels { id publicKey options } }')
  const website = channels.find(({ publicKey }: { publicKey: string }) => publicKey === world.keys.here)
  const set = (onSignIn: boolean) =>
    admin.get('mutation($c: ID!, $o: JSON) { updateChannel(channelId: $c, options: $o) { __typename } }', {
      c: website.id,
      o: { ...website.options, onSignIn },
    })
  await set(true)
  expect(await keyFor('acme')).toBe(world.keys.here)
  // Another company, none that is there, and none that is named on a hub of several.
  for (const other of ['other', 'nowhere', "'--", undefined]) expect(await keyFor(other)).toBeNull()
  await set(false)
  expect(await keyFor('acme')).toBeNull()
})
