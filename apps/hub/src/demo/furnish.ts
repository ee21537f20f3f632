import { randomUUID } from 'node:crypto'
import { formAnswers } from '../db/tables/form.ts'
import { ratings } from '../db/tables/rating.ts'
import { chatTags, customerTags } from '../db/tables/tag.ts'
import { createApproachText } from '../domain/approach-text.ts'
import { updateClosingSettings } from '../domain/closing.ts'
import { updateCustomer } from '../domain/customer-change.ts'
import { createCustomerField } from '../domain/customer-field.ts'
import { createFormField } from '../domain/form.ts'
import { leaveRequest } from '../domain/request.ts'
import { updateRequestSettings } from '../domain/request-settings.ts'
import { createTag } from '../domain/tag.ts'
import { createTemplate } from '../domain/template.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type Company, topicOf } from './company.ts'
import type { History } from './history.ts'
import type { Random } from './random.ts'
import { models } from './sample.ts'
import { insert } from './store.ts'
import { type Topic, topics } from './topic.ts'

interface Place {
  /** As the admin does it. */
  work: Work<OperatorActor>
  company: Company
  history: History
  random: Random
}

/** Sets up what a company that works with its desk has set up, and uses it on the past. */
export async function furnish(work: Work, company: Company, history: History, random: Random): Promise<void> {
  const place: Place = { work: { ...work, actor: adminOf(work, company) }, company, history, random }
  await label(place)
  await describe(place)
  await prepareWords(place)
  await keepForms(place)
  await takeRequests(place)
  await rate(place)
}

const adminOf = ({ workspaceId }: Work, { staff, groups, sample }: Company): OperatorActor => ({
  kind: 'operator',
  workspaceId,
  operatorId: staff[0]?.id ?? '',
  userId: '',
  role: 'admin',
  groupIds: new Set([groups.support]),
  supervisedIds: null,
  language: sample.language,
})

async function label({ work, company, history, random }: Place): Promise<void> {
  const { tags } = company.sample.furniture
  const operatorId = work.actor.operatorId
  const ids = {} as Record<Topic, string>
  for (const topic of topics) ids[topic] = (await createTag(work, ...tags.topics[topic])).id
  const regular = (await createTag(work, tags.regular, 'green')).id
  const business = (await createTag(work, tags.business, 'blue')).id
  const chats = history.episodes.flatMap((episode) =>
    random.chance(0.6) ? [{ chatId: episode.chat.id as string, tagId: ids[topicOf(company, episode.chat.groupId)], operatorId }] : [],
  )
  await insert(work, chatTags, chats)
  const visits = new Map<string, number>()
  for (const { chat } of history.episodes) visits.set(chat.customerId, (visits.get(chat.customerId) ?? 0) + 1)
  const customers = [...visits].flatMap(([customerId, count]) => [
    ...(count > 2 ? [{ customerId, tagId: regular, operatorId }] : []),
    ...(random.chance(0.06) ? [{ customerId, tagId: business, operatorId }] : []),
  ])
  await insert(work, customerTags, customers)
}

/** The company's own fields, filled in for some of its customers. */
async function describe({ work, company, history, random }: Place): Promise<void> {
  const { fields } = company.sample.furniture
  const bicycle = await createCustomerField(work, { label: fields.bicycle, type: 'choice', options: [...models] })
  const bought = await createCustomerField(work, { label: fields.bought, type: 'date' })
  const newsletter = await createCustomerField(work, { label: fields.newsletter, type: 'yes-no' })
  const frame = await createCustomerField(work, { label: fields.frame, type: 'text' })
  for (const { id } of history.customers) {
    if (!random.chance(0.3)) continue
    const day = new Date(Date.now() - random.between(30, 900) * 86_400_000).toISOString().slice(0, 10)
    await updateCustomer(work, id as string, {
      values: [
        { fieldId: bicycle.id, values: [random.pick(models)] },
        { fieldId: bought.id, values: [day] },
        { fieldId: newsletter.id, values: [random.chance(0.5) ? 'yes' : 'no'] },
        { fieldId: frame.id, values: [`BB${random.between(100_000, 999_999)}`] },
      ],
    })
  }
}

async function prepareWords({ work, company }: Place): Promise<void> {
  const { language, furniture } = company.sample
  for (const [title, shortcut, body, ...buttons] of furniture.templates)
    await createTemplate(work, { scope: 'all', title, shortcut, body, buttons, language })
  for (const [title, text] of furniture.invitations)
    await createApproachText(work, { kind: 'invitation', own: false, title, words: [{ language, text }] })
}

async function keepForms({ work, company, history, random }: Place): Promise<void> {
  const { language, furniture } = company.sample
  await updateClosingSettings(work, { texts: [{ language, text: furniture.closingText }], reopenMinutes: 120 })
  const { outcome, outcomes, visit } = furniture.form
  const result = await createFormField(work, { label: outcome, type: 'choice', options: [...outcomes] })
  const comes = await createFormField(work, { label: visit, type: 'yes-no' })
  const answers = history.episodes.flatMap(({ chat }) => {
    if (chat.state !== 'closed' || !random.chance(0.7)) return []
    const answer = { chatId: chat.id as string, operatorId: chat.operatorId ?? null, at: chat.closedAt as Date }
    return [
      { ...answer, fieldId: result.id, values: [random.pick(outcomes)] },
      { ...answer, fieldId: comes.id, values: [random.chance(0.3) ? 'yes' : 'no'] },
    ]
  })
  await insert(work, formAnswers, answers)
}

/** Left by customers of the website who are in no chat now. */
async function takeRequests({ work, company, history }: Place): Promise<void> {
  const { categories, types, left } = company.sample.furniture.requests
  await updateRequestSettings(work, { categories: [...categories], types: [...types], priority: 'normal' })
  const busy = new Set(history.episodes.flatMap(({ chat }) => (chat.state === 'closed' ? [] : [chat.threadId])))
  const free = history.threads.filter(({ id, channelId }) => channelId === company.web.id && !busy.has(id as string))
  for (const [n, [title, category, text]] of left.entries()) {
    const identityId = free[Math.floor((n * free.length) / left.length)]?.identityId
    if (identityId) await leaveRequest(work, identityId, { clientId: randomUUID(), title, text, category: categories[category] ?? null })
  }
}

async function rate({ work, company, history, random }: Place): Promise<void> {
  const { good, bad } = company.sample.furniture.ratings
  const marks = history.episodes.flatMap(({ chat }) => {
    if (chat.state !== 'closed' || chat.channelId !== company.web.id || !random.chance(0.35)) return []
    const score = random.pick([5, 5, 5, 5, 4, 4, 4, 3, 2, 1])
    const comment = random.chance(0.3) ? random.pick(score > 3 ? good : bad) : null
    return [{ chatId: chat.id as string, score, comment, ratedAt: chat.closedAt as Date }]
  })
  await insert(work, ratings, marks)
}
