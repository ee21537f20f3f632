import { eq, sql } from 'drizzle-orm'
import { hashPassword } from '../accounts/passwords.ts'
import { addPerson } from '../accounts/people.ts'
import { operators } from '../db/tables/operator.ts'
import { setAssignment } from '../domain/assignment.ts'
import { type Channel, createChannel, type OptionsCheck } from '../domain/channel.ts'
import { createGroup, updateGroup } from '../domain/group.ts'
import { addOperator } from '../domain/operator.ts'
import { foundWorkspace } from '../domain/workspace.ts'
import type { Work } from '../work.ts'
import type { Gender, Sample } from './sample.ts'
import { latin } from './scene.ts'
import { type Topic, topics } from './topic.ts'

/** Known to everybody who reads this; the demo listens on this machine alone. */
export const password = 'two-wheels-and-a-bell'
export const slug = 'bluebird'
export const domain = 'bluebird.example'

export type Standing = 'admin' | 'supervisor' | 'limited' | 'operator'
/** Who answers what: the order of `Sample.staff`. */
export const duties: readonly { standing: Standing; topics: readonly Topic[] }[] = [
  { standing: 'admin', topics: ['support'] },
  { standing: 'supervisor', topics: [] },
  { standing: 'limited', topics: ['support'] },
  { standing: 'operator', topics: ['sales', 'support'] },
  { standing: 'operator', topics: ['support', 'billing'] },
  { standing: 'operator', topics: ['sales', 'billing'] },
]

export interface Colleague {
  id: string
  name: string
  gender: Gender
  standing: Standing
  topics: readonly Topic[]
}
export interface Company {
  sample: Sample
  staff: Colleague[]
  groups: Record<Topic, string>
  web: Channel
  telegram: Channel
}

/** What a group answers about. */
export const topicOf = ({ groups }: Company, groupId: string | null | undefined): Topic =>
  topics.find((topic) => groups[topic] === groupId) ?? 'support'

export const emailOf = (name: string): string => `${latin(name.split(' ')[0] ?? name)}@${domain}`

/** What the stand-ins are reached by: options of the channels of these kinds. */
export type Reached = Record<'telegram' | 'email' | 'messenger' | 'instagram' | 'whatsapp-cloud', Record<string, unknown>>

/** The sample workspace with its people, groups and channels, all by the domain's own functions. */
export async function foundCompany(work: Work, sample: Sample, check: OptionsCheck, reached: Reached): Promise<Company> {
  const passwordHash = await hashPassword(password)
  const person = async (name: string): Promise<string> => {
    const userId = await addPerson(work.sql, { name, email: emailOf(name), language: sample.language, passwordHash })
    if (!userId) throw new Error(`${emailOf(name)} has an account already`)
    return userId
  }
  const [adminName] = sample.staff[0] ?? ['']
  const admin = { userId: await person(adminName), name: adminName, email: emailOf(adminName) }
  const founded = await foundWorkspace(work, { company: sample.company, slug, language: sample.language, admin })
  const ids = [founded.operatorId]
  for (const [n, { standing }] of duties.entries()) {
    const [name] = sample.staff[n] ?? ['']
    if (n === 0) continue
    const { id } = await addOperator(work, {
      name,
      email: emailOf(name),
      role: standing === 'limited' ? 'supervisor' : (standing as 'operator'),
    })
    await work.db
      .update(operators)
      .set({ userId: await person(name) })
      .where(sql`${eq(operators.workspaceId, work.workspaceId)} and ${eq(operators.id, id)}`)
    ids.push(id)
  }
  const staff = duties.map(
    (duty, n): Colleague => ({ id: ids[n] ?? '', name: sample.staff[n]?.[0] ?? '', gender: sample.staff[n]?.[1] ?? 'm', ...duty }),
  )
  const groups = await formGroups(work, sample, staff, founded.groupId)
  await setAssignment(work, { capacity: 9, unopenedMinutes: 30 })
  const web = await createChannel(work, check, {
    kind: 'web',
    name: sample.channels.web,
    groupId: groups.support,
    options: { name: sample.company, accent: '#0f766e', language: sample.language, greeting: { [sample.language]: sample.greeting } },
  })
  const bot = await createChannel(work, check, {
    kind: 'telegram',
    name: sample.channels.telegram,
    groupId: groups.sales,
    options: { delivery: 'polling', ...reached.telegram },
  })
  await createChannel(work, check, {
    kind: 'email',
    name: sample.channels.email,
    groupId: groups.billing,
    options: { sender: sample.company, ...reached.email },
  })
  const others = [
    ['messenger', 'Messenger', 'sales'],
    ['instagram', 'Instagram', 'sales'],
    ['whatsapp-cloud', 'WhatsApp', 'support'],
  ] as const
  for (const [kind, name, topic] of others) await createChannel(work, check, { kind, name, groupId: groups[topic], options: reached[kind] })
  return { sample, staff, groups, web, telegram: bot }
}

async function formGroups(work: Work, sample: Sample, staff: Colleague[], firstGroupId: string): Promise<Record<Topic, string>> {
  const groups = { support: firstGroupId } as Record<Topic, string>
  for (const topic of topics) {
    const members = staff.filter((one) => one.topics.includes(topic) && one.standing !== 'limited').map(({ id }) => id)
    const supervisors = staff.filter((one) => one.topics.includes(topic) && one.standing === 'limited').map(({ id }) => id)
    if (topic === 'support')
      await updateGroup(work, firstGroupId, { name: sample.groups.support, memberIds: members, supervisorIds: supervisors })
    // Sales are given out by the hub; everything else is taken by hand.
    else groups[topic] = (await createGroup(work, sample.groups[topic], members, supervisors, topic === 'sales')).id
  }
  return groups
}
