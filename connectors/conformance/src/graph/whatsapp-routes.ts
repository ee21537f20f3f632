import { createHash } from 'node:crypto'
import type { Asked } from '../telegram/request.ts'
import { GraphError, graphErrors, invalid } from './errors.ts'
import type { AcceptedMessage } from './ledger.ts'
import { listOf, note, objectOf } from './messaging-routes.ts'
import { plainly, type RouteTable } from './route.ts'
import type { World } from './world.ts'

type Json = Record<string, unknown>
const hour = 3_600_000
const MB = 1024 * 1024
const mostBytes: [RegExp, number][] = [
  [/^image\/(jpeg|png)$/, 5 * MB],
  [/^(video\/(mp4|3gpp)|audio\/(aac|mp4|mpeg|amr|ogg))$/, 16 * MB],
  [/./, 100 * MB],
]

/** One number of the WhatsApp Cloud API. */
export const whatsappRoutes: RouteTable = ({ accounts, files }) => [
  [
    new RegExp(`^${accounts.phoneNumberId}$`),
    'GET',
    () => ({ name: 'number', about: plainly('number'), run: (_, world) => numberOf(world) }),
  ],
  [
    new RegExp(`^${accounts.phoneNumberId}$`),
    'POST',
    () => ({ name: 'setCallback', about: plainly('setCallback'), run: ({ fields }, world) => setCallback(fields, world) }),
  ],
  [
    new RegExp(`^${accounts.phoneNumberId}/messages$`),
    'POST',
    () => ({
      name: 'messages',
      about: ({ fields }) => ({ name: fields.status ? 'sign' : 'send', to: personOf(fields) }),
      run: (asked, world) => send(asked.fields, world),
    }),
  ],
  [
    new RegExp(`^${accounts.phoneNumberId}/media$`),
    'POST',
    () => ({ name: 'upload', about: plainly('upload'), run: (asked, world) => upload(asked, world) }),
  ],
  [
    new RegExp(`^${accounts.businessId}/message_templates$`),
    'GET',
    () => ({ name: 'templates', about: plainly('templates'), run: ({ fields }, world) => templates(fields, world) }),
  ],
  [
    /^(\d{15,})$/,
    'GET',
    ([, id]) => ({
      name: 'media',
      about: plainly('media'),
      run(_, { origin }) {
        const file = files.find(String(id))
        if (!file) throw new GraphError({ status: 400, code: 100, subcode: 33, message: 'Unsupported get request. Object does not exist.' })
        const told = {
          mime_type: file.mime,
          sha256: createHash('sha256').update(file.bytes).digest('hex'),
          file_size: file.bytes.byteLength,
        }
        return { url: `${origin()}/media/${id}`, ...told, id, messaging_product: 'whatsapp' }
      },
    }),
  ],
]

function numberOf({ accounts, number, deliveries }: World): object {
  const callback = deliveries.callback('whatsapp_business_account')
  return {
    id: accounts.phoneNumberId,
    display_phone_number: `+${accounts.phoneNumber}`,
    verified_name: accounts.pageName,
    ...number,
    ...(callback && { webhook_configuration: { phone_number: callback, application: 'https://example.com/other' } }),
  }
}

async function setCallback({ webhook_configuration }: Json, { deliveries }: World): Promise<object> {
  const { override_callback_uri: url, verify_token } = objectOf(webhook_configuration) ?? {}
  if (!/^https?:\/\//.test(String(url))) throw invalid('Param override_callback_uri must be a valid URI')
  if (!(await deliveries.shakeHands(String(url), String(verify_token)))) throw new GraphError(graphErrors.callbackFailed)
  deliveries.setCallback('whatsapp_business_account', String(url))
  return { success: true }
}

/** People are the same by phone number and by the business's own id, which here is `BR.` and the number. */
function personOf({ to, recipient }: Json): string {
  return String(to ?? recipient ?? '').replace(/^BR\.(\d+)$/, '$1')
}

function send(fields: Json, world: World): object {
  const { ledger, people } = world
  const known = [
    'messaging_product',
    'recipient_type',
    'to',
    'recipient',
    'type',
    'context',
    'biz_opaque_callback_data',
    'status',
    'message_id',
  ]
  note(fields, [...known, 'appsecret_proof', String(fields.type)], world)
  if (fields.messaging_product !== 'whatsapp') throw invalid('The parameter messaging_product is required.')
  if (fields.status) {
    ledger.signs.push({ to: '', sign: String(fields.status) })
    return { success: true }
  }
  const to = personOf(fields)
  const person = people.get(`whatsapp_business_account ${to}`)
  if (!person) throw new GraphError(graphErrors.whatsappUndeliverable)
  if (person.unavailable) throw new GraphError(graphErrors.whatsappOptedOut)
  const type = String(fields.type)
  if (type !== 'template' && Date.now() - person.wroteAt > 24 * hour) throw new GraphError(graphErrors.whatsappWindow)
  const content = objectOf(fields[type])
  if (!content) throw invalid(`The parameter ${type} is required.`)
  const id = world.nextId('wamid.')
  const contacts = [{ input: String(fields.to ?? fields.recipient), ...(fields.to !== undefined && { wa_id: to }) }]
  if (type === 'reaction') {
    ledger.reactions.push({ to, id: String(content.message_id), emoji: String(content.emoji) || null })
    return { messaging_product: 'whatsapp', contacts, messages: [{ id }] }
  }
  const callback = fields.biz_opaque_callback_data
  const replyTo = objectOf(fields.context)?.message_id
  const message: AcceptedMessage = {
    n: ledger.accepted.length + 1,
    object: 'whatsapp_business_account',
    id,
    to,
    at: Date.now(),
    type,
    ...contentOf(type, content, world),
    ...(callback !== undefined && { callback: String(callback) }),
    ...(replyTo !== undefined && { replyTo: String(replyTo) }),
  }
  ledger.accepted.push(message)
  world.told(message)
  return { messaging_product: 'whatsapp', contacts, messages: [{ id }] }
}

function contentOf(type: string, content: Json, world: World): Partial<AcceptedMessage> {
  if (type === 'text') return { text: textOf(content.body, 4096) }
  if (type === 'interactive') return interactive(content)
  if (type === 'template') return template(content, world)
  if (!['image', 'video', 'audio', 'document', 'sticker'].includes(type))
    throw new GraphError({ status: 400, code: 131051, message: '(#131051) Unsupported message type' })
  const kept = world.files.find(String(content.id))
  if (!kept) throw new GraphError({ status: 400, code: 131053, message: '(#131053) Media upload error' })
  if (content.caption !== undefined && type === 'audio') throw invalid('Unexpected key "caption" on param "audio".')
  return {
    file: JSON.parse(Buffer.from(kept.bytes).toString()),
    ...(content.caption !== undefined && { caption: textOf(content.caption, 1024) }),
  }
}

function textOf(value: unknown, max: number): string {
  const text = String(value ?? '')
  if (!text.trim() || text.length > max) throw invalid(`Param text must be between 1 and ${max} characters`)
  return text
}

function interactive({ type, body, action }: Json): Partial<AcceptedMessage> {
  const list = type === 'list'
  const given = objectOf(action)
  const rows = list
    ? listOf(given?.sections).flatMap((one) => listOf(objectOf(one)?.rows))
    : listOf(given?.buttons).map((one) => objectOf(one)?.reply)
  const buttons = rows.map((row) => ({ label: String(objectOf(row)?.title), payload: String(objectOf(row)?.id) }))
  if (buttons.length < 1 || buttons.length > (list ? 10 : 3))
    throw invalid('Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3')
  if (buttons.some(({ label, payload }) => label.length > (list ? 24 : 20) || payload.length > 256))
    throw invalid('Button title length invalid')
  return { text: textOf(objectOf(body)?.text, list ? 4096 : 1024), buttons }
}

function template({ name, language, components }: Json, { templates: all }: World): Partial<AcceptedMessage> {
  const code = String(objectOf(language)?.code)
  const found = all.find((one) => one.name === name && one.language === code && one.status === 'APPROVED')
  if (!found) throw new GraphError(graphErrors.whatsappTemplateMissing)
  const given = listOf(components).flatMap((one) => listOf(objectOf(one)?.parameters))
  const wanted = new Set(
    found.components.flatMap((one) => [...JSON.stringify(one).matchAll(/\{\{(\w+)\}\}/g)].map(([whole]) => `${one.type}${whole}`)),
  )
  if (given.length !== wanted.size) throw new GraphError(graphErrors.whatsappTemplateParameters)
  return { template: { name: found.name, language: code, variables: given.map((one) => String(objectOf(one)?.text)) } }
}

/** Of an upload only size and hash are kept. */
function upload({ files: [file], fields }: Asked, { files, ledger }: World): object {
  const type = String(fields.type)
  if (!file || file.size === 0) throw invalid('(#100) Param file must be a file')
  const most = mostBytes.find(([types]) => types.test(type))?.[1] ?? 0
  if (file.size > most)
    throw new GraphError({ status: 400, code: 131053, message: '(#131053) Media upload error', details: 'Media file size too big.' })
  ledger.uploads++
  return { id: files.keep(Buffer.from(JSON.stringify(file)), 'application/json') }
}

/** Two to a page, so that whoever reads only the first one is found out. */
function templates({ after }: Json, { templates: all, origin }: World): object {
  const from = Number(after ?? 0)
  const next = from + 2 < all.length
  return {
    data: all.slice(from, from + 2).map((one, n) => ({ id: String(from + n), ...one })),
    paging: { cursors: { after: String(from + 2) }, ...(next && { next: `${origin()}/next` }) },
  }
}
