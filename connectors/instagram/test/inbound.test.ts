import { describe, expect, test } from 'vitest'
import { instagram } from '../src/index.ts'
import { subject } from './rig.ts'

const options = instagram.options.parse(subject.options)
const account = options.instagramId
const ends = { sender: { id: '42' }, recipient: { id: account }, timestamp: 1_700_000_000_000 }
const parse = (item: object) =>
  instagram.parse({ object: 'instagram', entry: [{ id: account, time: 1, messaging: [{ ...ends, ...item }] }] }, options)
const cdn = 'https://lookaside.example/ig_messaging_cdn/?asset_id=1'

describe('a delivery of Instagram', () => {
  test.each<[string, object, object]>([
    [
      'an answer to our story',
      { message: { mid: 'm', text: 'nice', reply_to: { story: { id: '9', url: cdn } } } },
      { text: 'nice', referral: { storyReply: cdn } },
    ],
    [
      'a story that names us',
      { message: { mid: 'm', attachments: [{ type: 'story_mention', payload: { url: cdn } }] } },
      { media: [{ ref: cdn, kind: 'image' }], referral: { storyMention: cdn } },
    ],
    [
      'a shared reel',
      { message: { mid: 'm', attachments: [{ type: 'ig_reel', payload: { url: cdn, title: 'Reel' } }] } },
      { media: [{ ref: cdn, kind: 'video' }] },
    ],
    ['a message taken back', { message: { mid: 'm', is_deleted: true } }, { type: 'removal', id: 'm' }],
    ['a reading', { read: { mid: 'm' } }, { type: 'receipt', state: 'read', ids: ['m'], upTo: ends.timestamp }],
    ['a heart', { reaction: { mid: 'm', action: 'react', reaction: 'love' } }, { type: 'reaction', emoji: '❤' }],
    ['what Instagram does not hand out', { message: { mid: 'm', is_unsupported: true } }, { unsupported: 'is_unsupported' }],
    [
      'a question about a product',
      { message: { mid: 'm', text: 'how much?', referral: { product: { id: '5' } } } },
      { text: 'how much?', referral: { product: '5' } },
    ],
  ])('with %s', (_, given, expected) => {
    expect(parse(given)).toMatchObject([expected])
  })

  test('that is a test of the dashboard is answered and means nothing', () => {
    const changes = [{ field: 'messages', value: { sender: { id: '12334' }, message: { mid: 'random', text: 'random' } } }]
    expect(instagram.parse({ object: 'instagram', entry: [{ id: '0', changes }] }, options)).toEqual([])
  })
})
