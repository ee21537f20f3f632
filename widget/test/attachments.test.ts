import { describe, expect, it } from 'vitest'
import type { Answer } from '../src/app/net/hub.ts'
import { read } from '../src/app/net/hub.ts'
import { createAttachments } from '../src/app/store/attachments.ts'
import type { File } from '../src/app/types.ts'

const sent = (name: string): File => ({
  id: `f-${name}`,
  name,
  mime: 'text/plain',
  size: 1,
  kind: 'file',
  width: null,
  height: null,
  url: null,
  thumbnailUrl: null,
})

function aTray(again = (bring: () => Promise<Answer<File>>) => bring()) {
  const uploads: { name: string; progress: (share: number) => void; end: (answer: Answer<File>) => Promise<void>; cancelled: boolean }[] =
    []
  const attachments = createAttachments({
    maxBytes: () => 100,
    changed: () => {},
    again,
    upload(file: { name: string; size: number }, progress) {
      let resolve: (answer: Answer<File>) => void = () => {}
      const done = new Promise<Answer<File>>((give) => {
        resolve = give
      })
      const entry = {
        name: file.name,
        progress,
        cancelled: false,
        async end(answer: Answer<File>) {
          resolve(answer)
          await new Promise((next) => setTimeout(next))
        },
      }
      uploads.push(entry)
      return { done, cancel: () => Object.assign(entry, { cancelled: true }) }
    },
  })
  return { attachments, uploads }
}

describe('the files of a message', () => {
  it('are uploaded at once, tell how far they are, and go with the message in their order', async () => {
    const { attachments, uploads } = aTray()
    attachments.add([
      { name: 'a', size: 1 },
      { name: 'b', size: 1 },
    ])
    uploads[0]?.progress(0.5)
    expect([attachments.list().map((file) => file.share), attachments.ready()]).toEqual([[0.5, 0], false])
    await uploads[1]?.end({ kind: 'done', data: sent('b') })
    await uploads[0]?.end({ kind: 'done', data: sent('a') })
    expect(attachments.ready()).toBe(true)
    expect(attachments.take().map((file) => file.id)).toEqual(['f-a', 'f-b'])
    expect(attachments.list()).toEqual([])
  })

  it('are brought again where he signed in meanwhile, and go with the message once', async () => {
    const { attachments, uploads } = aTray((bring) => bring().then((answer) => (answer.kind === 'signedOut' ? bring() : answer)))
    attachments.add([{ name: 'a', size: 1 }])
    await uploads[0]?.end({ kind: 'signedOut' })
    expect([attachments.ready(), attachments.list().length]).toEqual([false, 1])
    await uploads[1]?.end({ kind: 'done', data: sent('a') })
    expect([attachments.take().map((file) => file.id), attachments.problems()]).toEqual([['f-a'], []])
  })

  it('that are too big or empty are refused by name, those that are too many once, before a byte is sent', () => {
    const { attachments, uploads } = aTray()
    attachments.add([
      { name: 'big', size: 101 },
      { name: 'empty', size: 0 },
      ...Array.from({ length: 40 }, (_, n) => ({ name: `n${n}`, size: 100 })),
    ])
    expect(attachments.problems()).toEqual([
      { kind: 'tooBig', name: 'big' },
      { kind: 'empty', name: 'empty' },
      { kind: 'tooMany', name: 'n10' },
    ])
    expect(uploads).toHaveLength(10)
  })

  it('can be taken back on the way, without a word of failure', async () => {
    const { attachments, uploads } = aTray()
    attachments.add([{ name: 'a', size: 1 }])
    attachments.remove(attachments.list()[0]?.key as number)
    await uploads[0]?.end({ kind: 'later' })
    expect([uploads[0]?.cancelled, attachments.list(), attachments.problems()]).toEqual([true, [], []])
  })

  it('that the hub refuses leave the list with the hub’s reason', async () => {
    const { attachments, uploads } = aTray()
    attachments.add([
      { name: 'a.exe', size: 1 },
      { name: 'b', size: 1 },
    ])
    await uploads[0]?.end(read(415, { code: 'file_kind', message: 'Programs are not accepted.', field: 'file' }))
    await uploads[1]?.end({ kind: 'later' })
    expect(attachments.list()).toEqual([])
    expect(attachments.problems()).toMatchObject([
      { kind: 'uploadRefused', name: 'a.exe', words: 'Programs are not accepted.' },
      { kind: 'uploadFailed', name: 'b' },
    ])
  })
})

describe('an answer of the hub', () => {
  it.each([
    [200, { data: { a: 1 } }, 'done'],
    [401, {}, 'signedOut'],
    [200, { data: null, errors: [{ message: 'x', extensions: { code: 'signed_out' } }] }, 'signedOut'],
    [503, {}, 'later'],
    [429, { code: 'rate', message: 'slow down' }, 'later'],
    [502, undefined, 'later'],
    [200, undefined, 'later'],
    [200, { errors: [{ message: 'Something went wrong (4711)', extensions: { code: 'defect' } }] }, 'later'],
    [200, { errors: [{ message: 'Not found', extensions: { code: 'not_found' } }] }, 'refused'],
    [200, { errors: [{ message: 'Too often', extensions: { code: 'rate_limited' } }] }, 'later'],
    [400, { errors: [{ message: 'bad' }] }, 'refused'],
    [413, { code: 'too_large', message: 'Too large.' }, 'refused'],
    [404, undefined, 'refused'],
  ])('%i %j means %s', (status, body, kind) => {
    expect(read(status, body).kind).toBe(kind)
  })
})
