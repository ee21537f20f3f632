import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { followed } from '../src/composables/scheduleDraft.ts'
import { useChannelPage } from '../src/composables/useChannelPage.ts'
import { useDuplicateList } from '../src/composables/useDuplicateList.ts'
import { useEdited, useEditedList } from '../src/composables/useEdited.ts'
import { useFilterOrder } from '../src/composables/useFilterOrder.ts'
import { useLibraryEditing } from '../src/composables/useLibrary.ts'
import { useLook } from '../src/composables/useLook.ts'
import { useMailing } from '../src/composables/useMailing.ts'
import { useOperatorSettings } from '../src/composables/useOperatorSettings.ts'
import { usePresence } from '../src/composables/usePresence.ts'
import { useProfileSettings } from '../src/composables/useProfileSettings.ts'
import { useRequestDraft } from '../src/composables/useRequestDraft.ts'
import { useRequestSettings } from '../src/composables/useRequestSettings.ts'
import { useScheduleList } from '../src/composables/useScheduleList.ts'
import { useSessionList } from '../src/composables/useSessionList.ts'
import { applyFrame } from '../src/live.ts'
import { useChannels } from '../src/stores/channels.ts'
import { useConnection } from '../src/stores/connection.ts'
import { useProfile } from '../src/stores/profile.ts'
import { useSavedFilters } from '../src/stores/savedFilters.ts'
import { useSession } from '../src/stores/session.ts'
import { colleague, frame, freshDesk, held, hubAnswers, me } from './support.ts'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))

/** What a component would do. */
const used = <T>(use: () => T): T => effectScope().run(use) as T

describe('settings that are saved as a whole', () => {
  freshDesk()

  it('keep what was changed in one part while another was being saved', async () => {
    const updated = held()
    const asked: Record<string, unknown>[] = []
    const now = {
      away: true,
      fields: [],
      categories: ['old'],
      types: [],
      title: null,
      category: null,
      type: null,
      priority: 'normal',
      group: null,
    }
    hubAnswers({
      RequestSettings: () => ({ requestSettings: now }),
      UpdateRequestSettings: ({ input }) => {
        asked.push(input as Record<string, unknown>)
        return updated.answer()
      },
    })
    const here = used(() => useRequestSettings())
    await expect.poll(() => here.settings.value).not.toBe(null)
    const done = Promise.all([here.saveRest({ categories: ['new'] }), here.saveForm({ away: false })])
    await updated.give(0, { updateRequestSettings: { ...now, __typename: 'RequestSettings', categories: ['new'] } })
    await updated.give(1, { updateRequestSettings: { ...now, __typename: 'RequestSettings', categories: ['new'], away: false } })
    await done
    expect(asked[1]).toMatchObject({ away: false, categories: ['new'] })
  })
})

describe('the order of one’s tabs', () => {
  freshDesk()
  const saved = (id: string) => ({ id, name: id, isTab: true }) as never

  it('is that of the last move, though the one before is still on its way', async () => {
    const arranged = held()
    const asked: unknown[] = []
    hubAnswers({
      ArrangeSavedFilters: (variables) => {
        asked.push(Object.values(variables)[0])
        return arranged.answer()
      },
    })
    useSavedFilters().all = ['a', 'b', 'c'].map(saved)
    const { move } = used(() => useFilterOrder())
    const done = Promise.all([move('a', 2), move('b', 1)])
    const answer = { arrangeSavedFilters: { __typename: 'ArrangeSavedFiltersSuccess', filters: [] } }
    await arranged.give(0, answer)
    await arranged.give(1, answer)
    await done
    expect(asked).toEqual([
      ['b', 'c', 'a'],
      ['c', 'b', 'a'],
    ])
    expect(useSavedFilters().all.map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  })
})

describe('a channel that is looked at', () => {
  freshDesk()

  it('is as the feed told it, however late the answer about it comes', async () => {
    const health = held()
    hubAnswers({ ChannelHealth: health.answer, Channels: () => ({ channels: [] }) })
    const channel = (state: string) => ({ id: 'bot', name: 'Bot', state, removedAt: null }) as never
    const page = used(() => useChannelPage(() => 'bot'))
    useChannels().put(channel('connected'))
    await health.give(0, { channelHealth: { channel: channel('failed') } })
    await expect.poll(() => page.status.value).toBe('ready')
    expect(page.channel.value?.state).toBe('connected')
  })
})

describe('the look of a website', () => {
  freshDesk()

  it('keeps what is written on while it is being saved', async () => {
    const kept = held()
    const look = { accent: '#111111', showOn: [], hideOn: [], texts: [], pictures: [] }
    const answer = (accent: string) => ({
      channel: { id: 'site' },
      draft: { look: { ...look, accent } },
      history: [],
      usual: look,
      published: null,
    })
    hubAnswers({
      RequestSettings: () => ({ requestSettings: { away: true } }),
      ChannelLook: () => ({ channelLook: answer('#111111') }),
      SaveLook: kept.answer,
    })
    const here = used(() =>
      useLook(
        () => 'site',
        () => 'en',
      ),
    )
    await expect.poll(() => here.draft.value).not.toBe(null)
    Object.assign(here.draft.value as object, { accent: '#222222' })
    const done = here.save()
    Object.assign(here.draft.value as object, { accent: '#333333' })
    await kept.give(0, { saveLook: { ...answer('#222222'), __typename: 'ChannelLook' } })
    await done
    expect([(here.draft.value as unknown as { accent: string }).accent, here.isDirty.value]).toEqual(['#333333', true])
  })
})

describe('the presence', () => {
  freshDesk()

  it('is the one chosen last, though the one before is still on its way', async () => {
    const set = held()
    const asked: unknown[] = []
    hubAnswers({
      Presence: ({ presence }) => {
        asked.push(presence)
        return set.answer()
      },
    })
    const presence = used(() => usePresence())
    const done = Promise.all([presence.run('busy'), presence.run('online')])
    await set.give(0, { setPresence: { __typename: 'Operator', id: 'me' } })
    await set.give(1, { setPresence: { __typename: 'Operator', id: 'me' } })
    await done
    expect(asked).toEqual(['busy', 'online'])
  })
})

describe('a form over what others may change meanwhile', () => {
  it('follows what they change where it was not touched, and saves only what was', async () => {
    const stored = ref({ name: 'Bluebird', minutes: 5, country: 'BR' })
    const { fields, touched } = used(() => useEdited(() => stored.value))
    expect(touched()).toEqual({})
    fields.name = 'Bluebird Bikes'
    stored.value = { name: 'Blue', minutes: 10, country: 'BR' }
    await nextTick()
    expect(fields).toEqual({ name: 'Bluebird Bikes', minutes: 10, country: 'BR' })
    expect(touched()).toEqual({ name: 'Bluebird Bikes' })
    stored.value = { name: 'Bluebird Bikes', minutes: 10, country: 'BR' }
    await nextTick()
    expect(touched()).toEqual({})
  })
})

describe('those in a group that is being changed', () => {
  it('are as a colleague has made them meanwhile, but for whom was put in or taken out here', async () => {
    const stored = ref(['ana', 'bia'])
    const { chosen, touched } = used(() => useEditedList(() => stored.value))
    expect(touched()).toBe(undefined)
    chosen.value = ['bia', 'caio']
    stored.value = ['ana', 'bia', 'davi']
    await nextTick()
    expect(touched()).toEqual(['bia', 'davi', 'caio'])
    stored.value = ['bia', 'davi', 'caio']
    await nextTick()
    expect([chosen.value, touched()]).toEqual([['bia', 'davi', 'caio'], undefined])
  })
})

describe('working hours that are being changed', () => {
  it('follow what a colleague changes of them where they were not touched', () => {
    const base = {
      name: 'Shop',
      timeZone: 'UTC',
      days: [[{ from: '09:00', to: '18:00' }]],
      holidays: [],
      channelIds: [],
      groupIds: ['sales'],
    }
    const draft = { ...base, days: [[{ from: '08:00', to: '18:00' }]] }
    expect(followed(draft, base, { ...base, name: 'Shop and repairs', groupIds: [], days: [[]] })).toEqual({
      ...draft,
      name: 'Shop and repairs',
      groupIds: [],
    })
  })
})

describe('the request that a chat is turned into', () => {
  freshDesk()

  it('keeps what was written before the admin’s defaults were known, and takes the rest from them', async () => {
    const found = held()
    hubAnswers({ RequestSettings: found.answer })
    const draft = used(() => useRequestDraft(() => ({ id: 'sales' })))
    draft.fields.title = 'A broken wheel'
    expect(draft.input.value).toEqual({ title: 'A broken wheel' })
    const settings = { title: 'From a chat', group: { id: 'support' }, category: 'repair', type: null, priority: 'high' }
    await found.give(0, { requestSettings: settings })
    await expect.poll(() => draft.settings.value).not.toBe(null)
    await nextTick()
    expect(draft.input.value).toEqual({ title: 'A broken wheel', groupId: 'support', category: 'repair', type: null, priority: 'high' })
  })
})

describe('two choices made right after one another', () => {
  freshDesk()
  const notices = (sound: boolean, visual: boolean) => [{ kind: 'mention', sound, visual, desktop: false }]
  const profile = (over: object) => ({
    updateProfile: { __typename: 'Profile', signature: null, signs: false, notices: [], operator: { ...colleague(me, 'Ana') }, ...over },
  })

  it('of how one is called are both kept', async () => {
    const updated = held()
    const asked: unknown[] = []
    hubAnswers({
      UpdateProfile: ({ input }) => {
        asked.push((input as { notices: unknown }).notices)
        return updated.answer()
      },
    })
    useProfile().put({ notices: notices(true, true) } as never)
    const { notify } = used(() => useProfileSettings())
    const done = Promise.all([notify('mention', 'sound', false), notify('mention', 'visual', false)])
    await updated.give(0, profile({ notices: notices(false, true) }))
    await updated.give(1, profile({ notices: notices(false, false) }))
    await done
    expect(asked).toMatchObject([notices(false, true), notices(false, false)])
  })

  it('of languages are both kept', async () => {
    const updated = held()
    const asked: unknown[] = []
    hubAnswers({
      UpdateProfile: ({ input }) => {
        asked.push((input as { languages: unknown }).languages)
        return updated.answer()
      },
    })
    useSession().$patch({ operator: { languages: ['en'] } })
    const { speak } = used(() => useProfileSettings())
    const done = Promise.all([speak(['en', 'es']), speak([])])
    await updated.give(0, profile({ operator: { ...colleague(me, 'Ana'), languages: ['en', 'es'] } }))
    await updated.give(1, profile({ operator: { ...colleague(me, 'Ana'), languages: ['es'] } }))
    await done
    expect(asked).toEqual([['en', 'es'], ['es']])
  })

  it('for two colleagues are both carried out', async () => {
    const updated = held()
    const asked: unknown[] = []
    hubAnswers({
      UpdateOperator: (variables) => {
        asked.push(variables)
        return updated.answer()
      },
    })
    const { update } = used(() => useOperatorSettings())
    const done = Promise.all([update.run({ operatorId: 'bia', role: 'admin' }), update.run({ operatorId: 'caio', role: 'supervisor' })])
    await updated.give(0, { updateOperator: { __typename: 'Operator', id: 'bia' } })
    await updated.give(1, { updateOperator: { __typename: 'Operator', id: 'caio' } })
    await done
    expect(asked).toHaveLength(2)
  })

  it('for two pictures of the library are both carried out', async () => {
    const renamed = held()
    const asked: unknown[] = []
    hubAnswers({
      RenameLibraryImage: (variables) => {
        asked.push(variables)
        return renamed.answer()
      },
    })
    const { rename } = used(() => useLibraryEditing())
    const done = Promise.all([rename('one', 'First'), rename('two', 'Second')])
    await renamed.give(0, { renameLibraryImage: { __typename: 'LibraryImage', id: 'one' } })
    await renamed.give(1, { renameLibraryImage: { __typename: 'LibraryImage', id: 'two' } })
    expect(await done).toEqual([true, true])
    expect(asked).toHaveLength(2)
  })
})

describe('a picture that was not taken', () => {
  freshDesk()

  it('is not said any more once the one before was taken away', async () => {
    hubAnswers({ RemoveAvatar: () => ({ removeAvatar: { __typename: 'Profile', operator: { ...colleague(me, 'Ana') } } }) })
    const { choosePicture, dropPicture, uploadRefusal } = used(() => useProfileSettings())
    await choosePicture(new File(['picture'], 'picture.png'))
    expect(uploadRefusal.value?.code).toBe('offline')
    await dropPicture()
    expect(uploadRefusal.value).toBe(null)
  })
})

describe('what no event tells', () => {
  freshDesk()
  const lineIsBack = async () => {
    useConnection().status = 'lost'
    await nextTick()
    useConnection().status = 'live'
    await nextTick()
  }

  it('of the mail is asked once the line is back, and stays where it cannot be asked anew', async () => {
    const here = used(() => useMailing())
    await expect.poll(() => here.failed.value).toBe(true)
    hubAnswers({ Mailing: () => ({ mailing: { host: 'mail.example' } }) })
    await lineIsBack()
    await expect.poll(() => here.mailing.value).toMatchObject({ host: 'mail.example' })
    hubAnswers({})
    await here.tryOut()
    expect([here.test.refusal.value?.code, here.failed.value]).toEqual(['offline', false])
  })

  it('of where one is signed in is asked by whoever looks, and again once the line is back', async () => {
    const signedIn = (...ids: string[]) => ({ me: { id: 'account', sessions: ids.map((id) => ({ id })) } })
    hubAnswers({ Me: () => signedIn('here', 'phone') })
    used(() => useSessionList())
    await expect.poll(() => useSession().account?.sessions.length).toBe(2)
    hubAnswers({ Me: () => signedIn('here') })
    await lineIsBack()
    await expect.poll(() => useSession().account?.sessions.length).toBe(1)
  })

  it('of working hours is asked once the line is back, and an older answer changes nothing', async () => {
    const listed = held()
    hubAnswers({ Schedules: listed.answer })
    const here = used(() => useScheduleList())
    await lineIsBack()
    await listed.give(1, { schedules: [{ id: 'new' }] })
    await expect.poll(() => here.schedules.value.length).toBe(1)
    await listed.give(0, { schedules: [] })
    await nextTick()
    expect(here.schedules.value).toMatchObject([{ id: 'new' }])
  })
})

describe('pairs of customers who may be one', () => {
  freshDesk()

  it('are asked anew when a colleague has merged some', async () => {
    const pair = { customer: { id: 'maria' }, other: { id: 'mary' } }
    const page = (...pairs: unknown[]) => ({
      duplicates: { edges: pairs.map((node) => ({ node })), pageInfo: { hasNextPage: false, endCursor: null } },
    })
    hubAnswers({ Duplicates: () => page(pair) })
    const list = used(() => useDuplicateList())
    await list.load()
    hubAnswers({ Duplicates: () => page() })
    applyFrame(frame(1))
    applyFrame(frame(2, { type: 'customer_merged', customer: { id: 'maria', name: 'Maria', tags: [], identities: [] } as never }))
    await expect.poll(() => list.pairs.value).toEqual([])
  })
})
