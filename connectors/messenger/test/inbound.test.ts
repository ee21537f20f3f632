import type { InboundEvent } from '@parley/schema/connector'
import { describe, expect, test } from 'vitest'
import { messenger } from '../src/index.ts'
import { subject } from './rig.ts'

const options = messenger.options.parse(subject.options)
const page = options.pageId
const item = (body: object, ends: object = {}) => ({
  sender: { id: '42' },
  recipient: { id: page },
  timestamp: 1_700_000_000_000,
  ...ends,
  ...body,
})
const parse = (...items: object[]): InboundEvent[] =>
  messenger.parse({ object: 'page', entry: [{ id: page, time: 1, messaging: items }] }, options)
const echo = { sender: { id: page }, recipient: { id: '42' } }
const message = (content: object, ends?: object) => item({ message: { mid: 'm_1', ...content } }, ends)

describe('a delivery of Messenger', () => {
  test.each<[string, object, object]>([
    ['a text', message({ text: 'hi' }), { type: 'message', by: 'peer', id: 'm_1', text: 'hi', thread: { id: '42', kind: 'direct' } }],
    ['a quote', message({ text: 'hi', reply_to: { mid: 'm_0' } }), { replyTo: 'm_0' }],
    [
      'a quick reply',
      message({ text: 'Red', quick_reply: { payload: 'colour:red' } }),
      { type: 'postback', payload: 'colour:red', title: 'Red' },
    ],
    [
      'a pressed button',
      item({ postback: { mid: 'm_2', title: 'Start', payload: 'START' } }),
      { type: 'postback', id: 'm_2', payload: 'START', title: 'Start' },
    ],
    [
      'a start from an advertisement',
      item({ postback: { mid: 'm_2', title: 'Start', payload: 'START', referral: { ref: 'spring', source: 'ADS', ad_id: '77' } } }),
      { type: 'message', text: 'Start', referral: { ref: 'spring', source: 'ADS', ad: '77' } },
    ],
    [
      'pictures',
      message({
        attachments: [
          { type: 'image', payload: { url: 'https://cdn.example/a' } },
          { type: 'image', payload: { url: 'https://cdn.example/b' } },
        ],
      }),
      {
        media: [
          { ref: 'https://cdn.example/a', kind: 'image' },
          { ref: 'https://cdn.example/b', kind: 'image' },
        ],
      },
    ],
    [
      'a sticker',
      message({ sticker_id: 1, attachments: [{ type: 'image', payload: { url: 'https://cdn.example/s', sticker_id: 1 } }] }),
      { media: [{ kind: 'sticker' }] },
    ],
    [
      'a recorded voice',
      message({ attachments: [{ type: 'audio', payload: { url: 'https://cdn.example/v' } }] }),
      { media: [{ kind: 'voice' }] },
    ],
    [
      'a place',
      message({ attachments: [{ type: 'location', title: 'Home', payload: { coordinates: { lat: -23.5, long: -46.6 } } }] }),
      { location: { latitude: -23.5, longitude: -46.6, title: 'Home' } },
    ],
    [
      'a shared page',
      message({ attachments: [{ type: 'fallback', title: 'Our shop', url: 'https://shop.example/' }] }),
      { text: 'Our shop https://shop.example/' },
    ],
    ['content of tomorrow', message({ hologram: {} }), { unsupported: 'hologram' }],
    ['an item of tomorrow', item({ game_play: {} }), { type: 'message', unsupported: 'game_play' }],
    [
      'an edit',
      item({ message_edit: { mid: 'm_1', text: 'better', num_edit: 2 } }),
      { type: 'edit', id: 'm_1', text: 'better', version: 2 },
    ],
    ['a reaction', item({ reaction: { mid: 'm_1', action: 'react', emoji: '👍' } }), { type: 'reaction', emoji: '👍', from: { id: '42' } }],
    ['a reaction taken back', item({ reaction: { mid: 'm_1', action: 'unreact' } }), { type: 'reaction', emoji: null }],
    ['a delivery', item({ delivery: { mids: ['m_9'], watermark: 5 } }), { type: 'receipt', state: 'delivered', ids: ['m_9'], upTo: 5 }],
    ['a reading', item({ read: { watermark: 7 } }), { type: 'receipt', state: 'read', upTo: 7 }],
    ['our own echo', message({ is_echo: true, metadata: 'parley:abc.0' }, echo), { by: 'hub', partKey: 'abc.0', thread: { id: '42' } }],
    [
      'our own echo without its mark',
      message({ is_echo: true, app_id: Number(options.appId) }, echo),
      { type: 'receipt', state: 'sent', ids: ['m_1'] },
    ],
    [
      'an echo of the Page inbox',
      message({ is_echo: true, app_id: 263902037430900, text: 'by hand' }, echo),
      { by: 'app', text: 'by hand', thread: { id: '42' } },
    ],
    ['a hand-over to another app', item({ pass_thread_control: { new_owner_app_id: 1 } }), { type: 'control', by: 'app' }],
    ['a hand-over to us', item({ pass_thread_control: { new_owner_app_id: Number(options.appId) } }), { type: 'control', by: 'hub' }],
    [
      'a conversation taken from us',
      item({ take_thread_control: { previous_owner_app_id: Number(options.appId) } }),
      { type: 'control', by: 'app' },
    ],
    [
      'a wish for the conversation',
      item({ request_thread_control: { requested_owner_app_id: 1 } }),
      { type: 'control', by: 'hub', asked: true },
    ],
  ])('with %s', (_, given, expected) => {
    expect(parse(given)).toMatchObject([expected])
  })

  test('holds every item of every entry, standing by or not', () => {
    const entry = (...texts: string[]) => texts.map((text) => message({ mid: `m_${text}`, text }))
    const body = {
      object: 'page',
      entry: [
        { id: page, messaging: entry('a', 'b') },
        { id: page, standby: entry('c') },
      ],
    }
    const events = messenger.parse(body, options)
    expect(events.map((event) => (event.type === 'message' ? event.text : event.type))).toEqual(['a', 'b', 'c'])
    expect(events.map((event) => event.type === 'message' && event.elsewhere)).toEqual([false, false, true])
  })

  test('about another Page or of another object is not ours', () => {
    const items = { messaging: [message({ text: 'hi' })] }
    expect(messenger.parse({ object: 'page', entry: [{ id: '7', ...items }] }, options)).toEqual([])
    expect(messenger.parse({ object: 'instagram', entry: [{ id: page, ...items }] }, options)).toEqual([])
  })
})
