import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import type { Chat, Message } from '../src/api/fragments.ts'
import { clockOf } from '../src/composables/clockOf.ts'
import { inBars } from '../src/composables/peaksOf.ts'
import { useMessageActions } from '../src/composables/useMessageActions.ts'
import { whyNoVoice } from '../src/composables/voiceFormats.ts'
import { useChannels } from '../src/stores/channels.ts'
import { useSession } from '../src/stores/session.ts'
import { chat, me, message } from './support.ts'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))

const hour = 3_600_000
const can = (more: object = {}) => ({
  edit: { out: 'full', in: true, maxAgeMs: hour },
  remove: { out: 'full', in: true },
  reactions: { out: 'partial', in: true, emojis: ['👍'] },
  media: { voice: { maxBytes: 1, mime: ['audio/ogg'], caption: 0 } },
  ...more,
})
const own = (over: Partial<Message> = {}) =>
  message('m', {
    direction: 'out',
    authorKind: 'operator',
    operator: { id: me, name: 'Ana', avatarUrl: null },
    text: 'Yes.',
    delivery: 'sent',
    at: new Date(Date.now() - 60_000).toISOString(),
    ...over,
  }) as Message

function actionsOn(capabilities: object = can(), role = 'operator', kind = 'telegram') {
  useSession().$patch({ operator: { id: me, role } } as never)
  useChannels().$patch({ byId: { channel: { id: 'channel', capabilities } } } as never)
  return effectScope().run(() =>
    useMessageActions(ref({ ...chat('a'), channel: { id: 'channel', kind, name: 'Bot' } } as Chat)),
  ) as ReturnType<typeof useMessageActions>
}

describe('what may be done to a message', () => {
  beforeEach(() => setActivePinia(createPinia()))

  test('is all there is, for a fresh one of one’s own', () => {
    expect(actionsOn().able(own())).toEqual({
      edit: { may: true, why: null },
      remove: { may: true, why: null },
      react: { may: true, why: null, emojis: ['👍'] },
    })
  })
  test('is said before it is tried: too old, not possible on this channel, or not known whether it arrived', () => {
    const old = own({ at: new Date(Date.now() - 2 * hour).toISOString() })
    expect(actionsOn().able(old)).toMatchObject({ edit: { why: 'message.tooOld' }, remove: { why: null } })
    const cannot = { edit: { out: 'no', in: false }, remove: { out: 'no', in: false }, reactions: { out: 'no', in: false } }
    const none = actionsOn(can(cannot)).able(own())
    expect([none.edit.why, none.remove.why, none.react.why]).toEqual(Array(3).fill('message.channelCannot'))
    expect(actionsOn().able(own({ delivery: 'unknown' })).edit.why).toBe('message.notSettled')
  })
  test('is always to change or take back what waits, whatever the channel can', () => {
    const cannot = { edit: { out: 'no', in: false }, remove: { out: 'no', in: false } }
    expect(actionsOn(can(cannot)).able(own({ delivery: 'queued' }))).toMatchObject({ edit: { why: null }, remove: { why: null } })
  })
  test("is to delete a colleague's, for who leads; never to edit it, and nothing of the customer's", () => {
    const theirs = own({ operator: { id: 'another', name: 'Bo', avatarUrl: null } })
    expect(actionsOn().able(theirs)).toMatchObject({ edit: { may: false }, remove: { may: false } })
    expect(actionsOn(can(), 'supervisor').able(theirs)).toMatchObject({ edit: { may: false }, remove: { may: true } })
    const said = own({ direction: 'in', authorKind: 'customer', operator: null })
    expect(actionsOn(can(), 'admin').able(said)).toMatchObject({ edit: { may: false }, remove: { may: false }, react: { may: true } })
  })
  test('of the last ones is found for the arrow up', () => {
    const actions = actionsOn()
    const [one, two] = [own({ id: 'one' }), own({ id: 'two', delivery: 'unknown' })]
    expect(actions.lastOwn([one, two, own({ id: 'gone', removedAt: new Date().toISOString() })])?.id).toBe('one')
    expect(actions.lastOwn([])).toBeUndefined()
  })
})

describe('a voice note', () => {
  test('is not recorded for a channel that would not take it', () => {
    expect(whyNoVoice(can({ media: { audio: { maxBytes: 1, mime: ['audio/mp4'], caption: 0 } } }) as never)).toBe('channelCannot')
    expect(whyNoVoice(can() as never)).toBe('browserCannot')
  })
  test('is drawn as 48 bars, the loudest of them full', () => {
    const bars = inBars(Array.from({ length: 480 }, (_, at) => (at === 100 ? 0.5 : 0.25)))
    expect(bars).toHaveLength(48)
    expect(bars.filter((bar) => bar === 1)).toHaveLength(1)
    expect(bars[10]).toBe(1)
    expect(inBars([]).every((bar) => bar === 0)).toBe(true)
  })
  test('has its length in minutes and seconds', () => {
    expect([0, 5_900, 65_000, 600_000].map(clockOf)).toEqual(['0:00', '0:05', '1:05', '10:00'])
  })
})
