import type { InboundEvent } from '@parley/schema/connector'
import { describe, expect, test } from 'vitest'
import { whatsAppCloud } from '../src/index.ts'
import { subject } from './rig.ts'

const options = whatsAppCloud.options.parse(subject.options)
const metadata = { display_phone_number: '15550783881', phone_number_id: options.phoneNumberId }
const delivery = (value: object, number: object = metadata) => ({
  object: 'whatsapp_business_account',
  entry: [
    { id: options.businessId, changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata: number, ...value } }] },
  ],
})
const parse = (value: object, number?: object): InboundEvent[] => whatsAppCloud.parse(delivery(value, number), options)
const contacts = [{ profile: { name: 'Ana' }, wa_id: '5511999', user_id: 'BR.77' }]
const message = (content: object) =>
  parse({ contacts, messages: [{ from: '5511999', from_user_id: 'BR.77', id: 'wamid.1', timestamp: '1700000000', ...content }] })

describe('a delivery of the Cloud API', () => {
  test.each<[string, object, object]>([
    [
      'a text',
      { type: 'text', text: { body: 'hi' } },
      { type: 'message', text: 'hi', at: 1_700_000_000_000, from: { id: 'BR.77', name: 'Ana', phone: '+5511999' } },
    ],
    ['a quote', { type: 'text', text: { body: 'hi' }, context: { id: 'wamid.0' } }, { replyTo: 'wamid.0' }],
    [
      'a recorded voice',
      { type: 'audio', audio: { id: '9', mime_type: 'audio/ogg; codecs=opus', voice: true } },
      { media: [{ ref: '9', kind: 'voice', mime: 'audio/ogg' }] },
    ],
    [
      'a document',
      { type: 'document', document: { id: '9', filename: 'a.pdf', caption: 'look' } },
      { text: 'look', media: [{ ref: '9', kind: 'file', name: 'a.pdf' }] },
    ],
    [
      'a place',
      { type: 'location', location: { latitude: 1, longitude: 2, name: 'Home' } },
      { location: { latitude: 1, longitude: 2, title: 'Home' } },
    ],
    [
      'a contact',
      { type: 'contacts', contacts: [{ name: { formatted_name: 'Bia' }, phones: [{ phone: '+55 11' }] }] },
      { contacts: [{ name: 'Bia', phones: ['+55 11'] }] },
    ],
    [
      'a pressed button',
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } } },
      { type: 'postback', payload: 'yes', title: 'Yes' },
    ],
    [
      'a line of a list',
      { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'b', title: 'Blue' } } },
      { type: 'postback', payload: 'b', title: 'Blue' },
    ],
    [
      'a button of a template',
      { type: 'button', button: { payload: 'stop', text: 'Stop' } },
      { type: 'postback', payload: 'stop', title: 'Stop' },
    ],
    [
      'an order',
      { type: 'order', order: { product_items: [{ quantity: 2, product_retailer_id: 'x', item_price: 5, currency: 'BRL' }] } },
      { text: '2 × x (5 BRL)' },
    ],
    [
      'an advertisement it came from',
      { type: 'text', text: { body: 'hi' }, referral: { source_type: 'ad', source_id: '5', headline: 'Sale' } },
      { referral: { source: 'ad', ad: '5', adTitle: 'Sale' } },
    ],
    [
      'a reaction',
      { type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '👍' } },
      { type: 'reaction', id: 'wamid.0', emoji: '👍' },
    ],
    ['a reaction taken back', { type: 'reaction', reaction: { message_id: 'wamid.0' } }, { type: 'reaction', emoji: null }],
    [
      'an edit',
      { type: 'edit', edit: { original_message_id: 'wamid.0', message: { type: 'text', text: { body: 'better' } } } },
      { type: 'edit', id: 'wamid.0', text: 'better' },
    ],
    ['a message taken back', { type: 'revoke', revoke: { original_message_id: 'wamid.0' } }, { type: 'removal', id: 'wamid.0' }],
    [
      'what WhatsApp does not hand out',
      { type: 'unsupported', errors: [{ code: 131051, title: 'Message type unknown' }] },
      { unsupported: 'Message type unknown' },
    ],
    ['content of tomorrow', { type: 'hologram', hologram: {} }, { unsupported: 'hologram' }],
  ])('with %s', (_, given, expected) => {
    expect(message(given)).toMatchObject([expected])
  })

  test('of a person without a phone number knows him by the id of the business', () => {
    const person = [{ profile: { name: 'Ana', username: '@ana' }, user_id: 'BR.77' }]
    const said = { from_user_id: 'BR.77', id: 'wamid.1', timestamp: '1', type: 'text', text: { body: 'hi' } }
    const [event] = parse({ contacts: person, messages: [said] })
    expect(event).toMatchObject({ thread: { id: 'BR.77' }, from: { id: 'BR.77', username: '@ana' } })
    expect(event && 'from' in event && event.from.phone).toBeUndefined()
  })

  test('tells what became of our messages by the callback data, with the reason of a failure', () => {
    const errors = [
      { code: 131047, title: 'Re-engagement message', message: 'Re-engagement message', error_data: { details: 'More than 24 hours.' } },
    ]
    const status = {
      id: 'wamid.9',
      status: 'failed',
      timestamp: '1',
      recipient_id: '5511999',
      biz_opaque_callback_data: 'parley:abc.0',
      errors,
    }
    expect(parse({ statuses: [status] })).toMatchObject([
      {
        type: 'receipt',
        state: 'failed',
        partKey: 'abc.0',
        failure: { code: 'window_closed', message: expect.stringContaining('More than 24 hours.') },
      },
    ])
    expect(parse({ statuses: [{ ...status, biz_opaque_callback_data: undefined }] })).toEqual([])
  })

  test('shows what was written in the app on the company phone', () => {
    const message_echoes = [
      { from: '15550783881', to: '5511999', to_user_id: 'BR.77', id: 'wamid.5', timestamp: '1', type: 'text', text: { body: 'by hand' } },
    ]
    expect(parse({ message_echoes })).toMatchObject([{ type: 'message', by: 'device', text: 'by hand', thread: { id: 'BR.77' } }])
  })

  test('of another number of the same account, or of a group, is not ours', () => {
    const said = { from: '1', id: 'wamid.1', timestamp: '1', type: 'text', text: { body: 'hi' } }
    expect(parse({ messages: [said] }, { phone_number_id: '7' })).toEqual([])
    expect(parse({ messages: [{ ...said, group_id: 'g' }] })).toEqual([])
  })
})
