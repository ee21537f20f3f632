import { afterAll, beforeAll, expect, test } from 'vitest'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue } from './support/hub.ts'

let hub: TestHub
let ada: Person

beforeAll(async () => {
  hub = await startTestHub()
  ada = await setUp(hub)
})
afterAll(() => hub.drop())

const count = async (person: Person): Promise<number> => (await person.get('{ sections { new } }')).sections.new

test('a supervisor who loses the last group he supervises does not see the whole workspace', async () => {
  const { createGroup } = await ada.get('mutation { createGroup(name: "Billing", memberIds: []) { ... on Group { id } } }')
  const sofia = await addColleague(ada, 'Sofia', { role: 'supervisor', groupIds: [createGroup.id] })
  await (await startVisitor(ada)).say('This waits in the group Support.')
  await untilTrue(async () => (await count(ada)) === 1)
  expect(await count(sofia)).toBe(0)
  await ada.get('mutation($id: ID!) { updateGroup(groupId: $id, supervisorIds: []) { __typename } }', { id: createGroup.id })
  expect(await count(sofia)).toBe(0)
  await ada.get('mutation($id: ID!) { updateOperator(operatorId: $id, role: supervisor) { __typename } }', { id: sofia.id })
  await untilTrue(async () => (await count(sofia)) === 1)
})
