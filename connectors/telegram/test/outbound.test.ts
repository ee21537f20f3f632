import type { OutboundMessage, Part, Plan, PlannedPart, StoredFile } from '@parley/schema/connector'
import { splitText } from '@parley/schema/split'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callFor, capabilities, plan } from '../src/outbound.ts'

const MB = 1024 * 1024
const to = { thread: { id: '42', kind: 'direct' as const }, to: { id: '42' } }
const file = (mime: string, size = 10, name = 'a.bin'): StoredFile => ({
  id: name,
  sha256: '',
  size,
  mime,
  name,
  open: async () => new Blob(['x']).stream(),
})
const planned = (message: Partial<OutboundMessage>): Plan => plan({ ...to, ...message }, capabilities)
const parts = (message: Partial<OutboundMessage>): PlannedPart[] => {
  const made = planned(message)
  if ('refusal' in made) throw new Error(made.refusal.message)
  return made.parts
}
const contents = (message: Partial<OutboundMessage>) => parts(message).map(({ content }) => content)

describe('a plan', () => {
  test('makes a short text the caption of the first file', () => {
    expect(contents({ text: 'see', files: [file('image/png'), file('video/mp4')] })).toMatchObject([
      { type: 'media', kind: 'image', caption: 'see' },
      { type: 'media', kind: 'video' },
    ])
  })

  test('puts a text too long for a caption before the files', () => {
    expect(contents({ text: 'x'.repeat(1025), files: [file('image/png')] }).map(({ type }) => type)).toEqual(['text', 'media'])
  })

  test('quotes once, with the first part', () => {
    expect(parts({ text: 'x'.repeat(5000), replyTo: '7' }).map(({ replyTo }) => replyTo)).toEqual(['7', undefined])
  })

  test('sends a picture too large for a picture as a file', () => {
    expect(
      contents({ files: [file('image/png', 11 * MB), file('image/svg+xml'), file('audio/ogg; codecs=opus')] }).map(
        (one) => one.type === 'media' && one.kind,
      ),
    ).toEqual(['file', 'file', 'voice'])
  })

  test('keeps buttons under the last piece of the text', () => {
    const buttons = [{ label: 'Yes', payload: 'y' }]
    expect(contents({ text: 'x'.repeat(5000), buttons }).map((one) => one.type === 'text' && one.buttons)).toEqual([undefined, buttons])
  })

  test.each([
    ['65 bytes of payload', { label: 'A', payload: 'я'.repeat(33) }],
    ['no payload', { label: 'A', payload: '' }],
    ['a label of 65 characters', { label: 'x'.repeat(65), payload: 'a' }],
  ])('writes buttons out as lines where Telegram would refuse them: %s', (_, button) => {
    expect(planned({ text: 'Which?', buttons: [button] })).toMatchObject({
      warnings: ['buttons_as_text'],
      parts: [{ content: { text: `Which?\n1. ${button.label}` } }],
    })
  })

  test.each([
    ['nothing to say', { text: ' \n ' }, 'content_rejected'],
    ['an empty file', { files: [file('image/png', 0)] }, 'content_rejected'],
    ['a file over 50 MB', { files: [file('video/mp4', 50 * MB + 1)] }, 'too_large'],
  ])('refuses %s', (_, message, code) => {
    expect(planned(message)).toMatchObject({ refusal: { code } })
  })

  test('is the same each time, so that a restart goes on at the right part', () => {
    const message = { text: 'слово '.repeat(3000), files: [file('image/png')], replyTo: '7' }
    expect(parts(message)).toEqual(parts(message))
  })
})

describe('a split text', () => {
  const words = fc
    .array(fc.constantFrom('слово', ' ', '\n', '👩‍👩‍👧‍👦', 'e\u0301', '🇧🇷', 'x'.repeat(30), '👋🏽', '한국'), {
      minLength: 1,
      maxLength: 300,
    })
    .map((list) => list.join(''))
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })
  const graphemes = (text: string) => [...segmenter.segment(text)].map(({ segment }) => segment)

  test('is the whole text, in pieces that fit and begin where a character begins', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 40, max: 200 }), (text, max) => {
        const pieces = splitText(text, max)
        expect(pieces.every((piece) => piece.length <= max)).toBe(true)
        expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
        expect(pieces.flatMap(graphemes).filter((one) => one.trim())).toEqual(graphemes(text).filter((one) => one.trim()))
      }),
      { numRuns: 300 },
    )
  })

  test('ends a piece at a line or a word rather than inside one', () => {
    expect(splitText('one two three four', 10)).toEqual(['one two ', 'three four'])
    expect(splitText('first line\nsecond line', 15)).toEqual(['first line\n', 'second line'])
  })

  test('survives one character longer than a whole message', () => {
    const zalgo = `a${'\u0301'.repeat(100)}`
    expect(splitText(zalgo, 40).join('')).toBe(zalgo)
  })

  test('of 65,536 characters without a gap takes no more than a moment', () => {
    expect(splitText('👩‍👩‍👧‍👦'.repeat(5957), 4096).length).toBe(17)
  })
})

describe('a call', () => {
  const part = (content: Part['content'], more: Partial<Part> = {}): Part => ({
    ...to,
    key: 'm.0',
    attempt: 1,
    firstTriedAt: 0,
    content,
    ...more,
  })

  test('quotes with text that survives a multipart body', async () => {
    const { payload } = await callFor(part({ type: 'text', text: 'hi' }, { replyTo: '7' }))
    expect(JSON.parse(String(payload.reply_parameters))).toEqual({ message_id: 7, allow_sending_without_reply: true })
  })

  test('does not quote what is no message of Telegram', async () => {
    const { payload } = await callFor(part({ type: 'text', text: 'hi' }, { replyTo: '7; drop' }))
    expect(payload).not.toHaveProperty('reply_parameters')
  })

  test('carries a hostile file name without leaving its header', async () => {
    const name = 'x"\r\ncontent-type: text/html\r\n\r\n../../a.png'
    const { payload, upload } = await callFor(part({ type: 'media', kind: 'image', file: file('image/png', 1, name) }))
    expect((payload.photo as { filename: string }).filename).toBe('x___content-type: text_html____.._.._a.png')
    upload?.destroy()
  })

  test.each([
    ['image', 'sendPhoto'],
    ['video', 'sendVideo'],
    ['voice', 'sendVoice'],
    ['audio', 'sendAudio'],
    ['file', 'sendDocument'],
  ] as const)('sends a file of kind %s by %s', async (kind, method) => {
    const call = await callFor(part({ type: 'media', kind, file: file('x/y') }))
    expect(call.method).toBe(method)
    call.upload?.destroy()
  })
})
