import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it } from 'vitest'
import { createOutbox } from '../src/composables/useOutbox.ts'
import { useChats } from '../src/stores/chats.ts'
import { useDrafts } from '../src/stores/drafts.ts'
import { type PendingMessage, usePending } from '../src/stores/pending.ts'
import { useTimelines } from '../src/stores/timelines.ts'
import { chat, freshDesk, hubAnswers, me, message, timelineOf } from './support.ts'

const waiting = (clientId: string, over: Partial<PendingMessage> = {}): PendingMessage => ({
  clientId,
  operatorId: me,
  chatId: 'a',
  text: clientId,
  files: [],
  replyToId: null,
  at: `2026-01-01T12:00:0${clientId}.000Z`,
  ...over,
})
const accepted = (variables: Record<string, unknown>) => {
  const { clientId } = variables.input as { clientId: string }
  return { sendMessage: message(`m${clientId}`, { clientId, direction: 'out', delivery: 'queued' }) }
}
const idOf = (variables: Record<string, unknown>) => (variables.input as { clientId: string }).clientId
/** An answer that writes down that it was asked for. */
function noting(
  notes: string[],
  note: (variables: Record<string, unknown>) => string,
  answer: (variables: Record<string, unknown>) => unknown,
) {
  return (variables: Record<string, unknown>) => {
    notes.push(note(variables))
    return answer(variables)
  }
}
const refused = { sendMessage: { __typename: 'Refusal', code: 'invalid', message: 'No.', field: null, remedy: 'Write it differently.' } }

const outbox = () => createOutbox((key) => key)

describe('a message on its way', () => {
  freshDesk()

  it('waits while the hub cannot be reached, and goes out with the same id when it can', async () => {
    const sent: string[] = []
    usePending().add(waiting('1'))
    await outbox().flush('a')
    expect(usePending().of('a')).toHaveLength(1)
    hubAnswers({ Send: noting(sent, idOf, accepted) })
    await outbox().flush('a')
    expect(sent).toEqual(['1'])
    expect(usePending().of('a')).toEqual([])
  })

  it('keeps its place behind those written before it', async () => {
    const sent: string[] = []
    for (const id of ['1', '2', '3']) usePending().add(waiting(id))
    hubAnswers({ Send: noting(sent, idOf, accepted) })
    const { flush } = outbox()
    await Promise.all([flush('a'), flush('a'), flush('a')])
    expect(sent).toEqual(['1', '2', '3'])
  })

  it('stays with its reason when it is refused, and lets the next one pass', async () => {
    usePending().add(waiting('1'))
    usePending().add(waiting('2'))
    hubAnswers({ Send: (variables) => ((variables.input as { clientId: string }).clientId === '1' ? refused : accepted(variables)) })
    await outbox().flush('a')
    expect(usePending().of('a')).toMatchObject([{ clientId: '1', refusal: { message: 'No.', remedy: 'Write it differently.' } }])
  })

  it('takes a chat nobody holds, where answering alone would not', async () => {
    const asked: string[] = []
    hubAnswers({
      Chat: () => ({
        chat: chat('a', {
          state: 'queued',
          operator: null,
          may: {
            reply: false,
            comment: true,
            commentToOperator: false,
            take: true,
            takeOver: false,
            transfer: false,
            share: false,
            leave: false,
            close: false,
            reopen: false,
            snooze: false,
            calm: false,
            handOver: false,
            block: false,
            transcript: false,
          },
        }),
      }),
      Take: noting(
        asked,
        () => 'take',
        () => ({ takeChat: { __typename: 'Chat', id: 'a' } }),
      ),
      Send: noting(asked, () => 'send', accepted),
    })
    await useChats().ensure('a')
    usePending().add(waiting('1'))
    await outbox().flush('a')
    expect(asked).toEqual(['take', 'send'])
  })

  it('is in the thread once it is accepted, and only once', async () => {
    hubAnswers({ Timeline: () => timelineOf('a', []), Send: accepted })
    await useTimelines().load('a')
    usePending().add(waiting('1'))
    await outbox().flush('a')
    expect(useTimelines().byChat.get('a')?.items).toMatchObject([{ id: 'm1', clientId: '1' }])
  })

  it('survives a reload, for the operator who wrote it', () => {
    usePending().add(waiting('2'))
    usePending().add(waiting('1'))
    usePending().add(waiting('3', { operatorId: 'operator-other' }))
    setActivePinia(createPinia())
    usePending().restore(me)
    expect(usePending().messages.map((known) => known.clientId)).toEqual(['1', '2'])
  })

  it('is not lost to a storage that holds something unreadable', () => {
    usePending().add(waiting('1'))
    localStorage.setItem('parley.pending.broken', '{')
    setActivePinia(createPinia())
    usePending().restore(me)
    expect(usePending().messages).toHaveLength(1)
  })
})

describe('a draft', () => {
  freshDesk()

  it('survives a reload, per operator and chat', () => {
    useDrafts().write(me, 'a', 'half a sentence')
    setActivePinia(createPinia())
    expect(useDrafts().read(me, 'a')).toBe('half a sentence')
    expect(useDrafts().read(me, 'b')).toBe('')
    expect(useDrafts().read('operator-other', 'a')).toBe('')
  })

  it('leaves nothing behind when it is emptied', () => {
    useDrafts().write(me, 'a', 'x')
    useDrafts().write(me, 'a', '')
    expect(Object.keys(localStorage)).toEqual([])
  })
})
