import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { Chat, Message } from '../src/api/fragments.ts'
import { useAnswers } from '../src/composables/useAnswers.ts'
import { useChatActions } from '../src/composables/useChatActions.ts'
import { useCommentBox } from '../src/composables/useCommentBox.ts'
import { useComments } from '../src/composables/useComments.ts'
import { useMessageEditing } from '../src/composables/useMessageEditing.ts'
import { useNoteList } from '../src/composables/useNoteList.ts'
import { useAttached } from '../src/stores/attached.ts'
import { useClosing } from '../src/stores/closing.ts'
import { useDrafts } from '../src/stores/drafts.ts'
import { chat, freshDesk, held, hubAnswers, me, message } from './support.ts'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))

/** What a component would do. */
const used = <T>(use: () => T): T => effectScope().run(use) as T

describe('the change of a message', () => {
  freshDesk()

  it('leaves alone that of another which was begun while it was saved', async () => {
    const edited = held()
    hubAnswers({ EditMessage: edited.answer })
    const [one, other] = [message('one'), message('other')] as Message[]
    const editing = used(() => useMessageEditing(ref('a')))
    editing.begin(one as Message)
    editing.text.value = 'One, changed'
    const done = editing.save()
    editing.begin(other as Message)
    editing.text.value = 'Half a sent'
    await edited.give(0, { editMessage: one })
    await done
    expect(useDrafts().readEdit(me, 'a')).toEqual({ messageId: 'other', text: 'Half a sent' })
  })
})

describe('a comment whose answer was lost', () => {
  freshDesk()
  const idsOf = () => {
    const ids: string[] = []
    hubAnswers({
      AddComment: ({ input }) => {
        ids.push((input as { clientId: string }).clientId)
        throw new TypeError('The line went down')
      },
    })
    return ids
  }

  it('is tried again as the same, though another chat was looked at meanwhile, or the page was opened anew', async () => {
    const ids = idsOf()
    const open = ref(chat('a') as Chat)
    const box = used(() => useCommentBox(open))
    box.text.value = 'She pays by card'
    await box.add()
    open.value = chat('b')
    await nextTick()
    open.value = chat('a')
    await nextTick()
    await box.add()
    await used(() => useCommentBox(open)).add()
    expect(ids).toHaveLength(3)
    expect(new Set(ids).size).toBe(1)
  })

  it('is another once it was written otherwise', async () => {
    const ids = idsOf()
    const box = used(() => useCommentBox(ref(chat('a') as Chat)))
    box.text.value = 'She pays by card'
    await box.add()
    box.text.value = 'She pays in cash'
    await box.add()
    expect(new Set(ids).size).toBe(2)
  })
})

describe('a colleague named in a comment', () => {
  freshDesk()

  it('is called though who sees the chat was not known yet when it was added', async () => {
    const [colleagues, named] = [held(), [] as unknown[]]
    hubAnswers({
      Colleagues: colleagues.answer,
      AddComment: ({ input }) => {
        named.push((input as { mentionIds: unknown }).mentionIds)
        return { addComment: { __typename: 'Comment', id: 'c', chatId: 'a', at: '2026-01-01T12:00:00.000Z', files: [] } }
      },
    })
    const box = used(() => useCommentBox(ref(chat('a') as Chat)))
    box.text.value = 'She pays by card, @Bia'
    const done = box.add()
    await colleagues.give(1, { chat: { id: 'a', colleagues: [{ id: 'bia', name: 'Bia', presence: 'online', avatarUrl: null }] } })
    await done
    expect(named).toEqual([['bia']])
  })
})

describe('two comments that are changed at once', () => {
  freshDesk()

  it('are both changed, and what is refused of one is not said of the other', async () => {
    const edited = held()
    hubAnswers({ EditComment: edited.answer })
    const comments = used(() => useComments(ref(chat('a') as Chat)))
    const [one, other] = [comments.save('one', 'One'), comments.save('other', 'Other')]
    await edited.give(0, { editComment: { __typename: 'Refusal', code: 'invalid', message: 'No.', field: null, remedy: null } })
    expect(await one).toBe(false)
    expect(comments.stateOf('other').refusal).toBe(null)
    await edited.give(1, { editComment: { __typename: 'Comment', id: 'other' } })
    expect(await other).toBe(true)
  })
})

describe('what is written while a comment is on its way', () => {
  freshDesk()

  it('stays, files among it', async () => {
    const added = held()
    hubAnswers({ AddComment: added.answer })
    const box = used(() => useCommentBox(ref(chat('a') as Chat)))
    box.text.value = 'First'
    const done = box.add()
    const later = { id: 'later', name: 'later.png', mime: 'image/png', size: 10, kind: 'image' as const }
    box.files.addUploaded([later as never])
    await added.give(0, { addComment: { __typename: 'Comment', id: 'c', chatId: 'a', at: '2026-01-01T12:00:00.000Z', files: [] } })
    await done
    expect(box.text.value).toBe('')
    expect(useAttached().of(`${me}.a.comment`)).toMatchObject([{ uploaded: { id: 'later' } }])
  })
})

describe('a chat that was handed on, though the answer was lost', () => {
  freshDesk()

  it('is handed on once however often it is tried, and again only where it is to go elsewhere', async () => {
    const ids: unknown[] = []
    let lost = true
    hubAnswers({
      Transfer: ({ clientId }) => {
        ids.push(clientId)
        if (lost) throw new TypeError('The line is down')
        return { transferChat: { __typename: 'TransferChatSuccess', chat: null } }
      },
    })
    const { transfer } = used(() => useChatActions(ref<string | null>('a')))
    const there = { chatId: 'a', groupId: 'sales', comment: 'Bikes' }
    expect(await transfer.run(there)).toBe(null)
    lost = false
    expect(await transfer.run(there)).not.toBe(null)
    await transfer.run(there)
    await transfer.run({ ...there, groupId: 'service' })
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(3)
  })
})

describe('a note whose answer was lost', () => {
  freshDesk()

  it('is tried again as the same, and is not taken for one about another customer, or in other words', async () => {
    const ids: unknown[] = []
    hubAnswers({
      AddNote: ({ clientId }) => {
        ids.push(clientId)
        throw new TypeError('The line went down')
      },
    })
    const customerId = ref('maria')
    const notes = used(() => useNoteList(customerId))
    await notes.write('Call back')
    await notes.write('Call back')
    expect(ids[1]).toBe(ids[0])
    await notes.write('Call back on Monday')
    customerId.value = 'pedro'
    await notes.write('Call back on Monday')
    expect(new Set(ids).size).toBe(3)
  })
})

describe('the form of a chat', () => {
  freshDesk()
  const given = (answers: Record<string, string>) => ({
    chat: {
      id: 'a',
      formEditable: true,
      formAnswers: Object.entries(answers).map(([id, value]) => ({ field: { id }, values: [value] })),
    },
  })
  const begun = async (chatId = ref('a')) => {
    useClosing().$patch({ fields: [{ id: 'order' }, { id: 'reason' }] } as never)
    const form = used(() => useAnswers(chatId))
    await expect.poll(() => form.isKnown.value).toBe(true)
    return form
  }

  it('takes nothing back that a colleague fills in while another field is written', async () => {
    let now = given({})
    hubAnswers({ FormAnswers: () => now })
    const form = await begun()
    form.draft.value = { order: ['17'] }
    now = given({ reason: 'late' })
    await form.load()
    expect(form.draft.value).toEqual({ order: ['17'], reason: ['late'] })
    expect(form.changed.value).toEqual([{ fieldId: 'order', values: ['17'] }])
  })

  it('keeps what is written on while it is saved, and takes the rest as the hub has it', async () => {
    let now = given({})
    const filled = held()
    hubAnswers({ FormAnswers: () => now, FillForm: filled.answer })
    const form = await begun()
    form.draft.value = { order: [' 17'], reason: ['la'] }
    const done = form.save()
    form.draft.value = { ...form.draft.value, reason: ['late'] }
    now = given({ order: '17', reason: 'la' })
    await filled.give(0, { fillForm: { __typename: 'Chat', id: 'a' } })
    expect(await done).toBe(true)
    expect(form.draft.value).toEqual({ order: ['17'], reason: ['late'] })
  })

  it('says what was refused of it over no other chat', async () => {
    hubAnswers({
      FormAnswers: () => given({}),
      FillForm: () => ({ fillForm: { __typename: 'Refusal', code: 'invalid', message: 'No.', field: null, remedy: null } }),
    })
    const chatId = ref('a')
    const form = await begun(chatId)
    form.draft.value = { order: ['17'] }
    await form.save()
    expect(form.fill.refusal.value).toMatchObject({ message: 'No.' })
    chatId.value = 'b'
    await nextTick()
    expect(form.fill.refusal.value).toBe(null)
  })
})
