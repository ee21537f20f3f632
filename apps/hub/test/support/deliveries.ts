/** Deliveries as Telegram posts them. */
export function telegramSamples(): object[] {
  const from = { id: 42, is_bot: false, first_name: 'Ana' }
  const message = { message_id: 5, date: 1_700_000_000, chat: { id: 42, type: 'private' }, from }
  return [
    { update_id: 800_000_001, message: { ...message, text: 'hello' } },
    { update_id: 800_000_002, message: { ...message, photo: [{ file_id: 'a', width: 1, height: 1 }], caption: 'hello' } },
    { update_id: 800_000_003, edited_message: { ...message, edit_date: 1_700_000_009, text: 'hello' } },
    { update_id: 800_000_004, callback_query: { id: '1', from, data: 'x', message } },
    {
      update_id: 800_000_005,
      message_reaction: { ...message, user: from, old_reaction: [], new_reaction: [{ type: 'emoji', emoji: '👍' }] },
    },
  ]
}

/** Deliveries as a partner's program posts them. */
export function partnerSamples(): object[] {
  const head = { at: 1_700_000_000_000, thread: { id: '42', kind: 'direct' }, from: { id: '42', name: 'Ana' } }
  const files = [{ id: 'f1', kind: 'file', name: 'hello.txt', mime: 'text/plain', size: 1 }]
  return [
    { events: [{ ...head, id: 'partner.1', type: 'message', message: 'partner.m1', text: 'hello' }] },
    { events: [{ ...head, id: 'partner.2', type: 'message', message: 'partner.m2', text: 'hello', files, replyTo: 'partner.m1' }] },
    {
      events: [
        { ...head, id: 'partner.3', type: 'edit', message: 'partner.m1', text: 'hello', version: 2 },
        { ...head, id: 'partner.4', type: 'reaction', message: 'partner.m1', emoji: '👍' },
      ],
    },
    {
      events: [{ ...head, id: 'partner.5', type: 'receipt', state: 'failed', part: 'x.0', failure: { code: 'blocked', message: 'hello' } }],
    },
    { events: [{ ...head, id: 'partner.6', type: 'button', message: 'partner.m6', payload: 'p', title: 'hello' }] },
  ]
}
