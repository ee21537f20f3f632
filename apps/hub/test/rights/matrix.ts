/**
 * Who may do what: the rights of `domain/access.ts` as they show at the front door, operation by operation. The tests in
 * rights*.test.ts make an attempt of every line, for every person, over HTTP and over the socket. An operation of the
 * schemas that does not stand here fails them.
 */

/** The people of the workspace, in the order of the columns below: three operators, three supervisors, an admin. */
export const people = ['member', 'outsider', 'holder', 'leader', 'otherLeader', 'supervisor', 'admin'] as const
export type PersonName = (typeof people)[number]
/** Those who may do nothing with a workspace: not signed in, signed in elsewhere, or no longer signed in. */
export const strangers = ['nobody', 'visitor', 'intruder', 'deactivated', 'revoked'] as const
export type StrangerName = (typeof strangers)[number]

/**
 * Chats as they stand. `queued`, `held` and `closed` belong to the group `here` (of `member`, led by `leader`); `elsewhere`
 * waits in the group `there` (of `outsider`, led by `otherLeader`); `free` waits in no group. `holder` is in no group, holds
 * `held` and `alone`, and held `closed`.
 */
export const chatKinds = ['queued', 'held', 'closed', 'elsewhere', 'free', 'alone'] as const
export type ChatKind = (typeof chatKinds)[number]

/** What a line is tried on: a chat and what belongs to it, and things of the workspace. */
export interface Things {
  chatId: string
  /** By which people call that chat. */
  number: number
  messageId: string
  /** An outgoing message nobody knows the fate of. */
  unknownMessageId: string
  /** A message `admin` wrote to the customer. */
  ownMessageId: string
  /** An internal comment of `admin`, for all who see the chat. */
  commentId: string
  /** An alert of `admin`, by that chat. */
  alertId: string
  /** What `admin` did to that chat and others. */
  bulkRunId: string
  customerId: string
  identityId: string
  /** A block of another identity of the customer, and one of an address. */
  blockId: string
  addressBlockId: string
  /** Of this customer, in the sight of those who see the chat. */
  requestId: string
  /** Working hours. */
  scheduleId: string
  /** `spare` is an operator of the group `here` who does nothing. */
  operators: Record<PersonName | 'spare' | 'self', string>
  groups: { here: string; there: string }
  channelId: string
  /** A tag on nothing, and another. */
  tagId: string
  otherTagId: string
  /** A template of all, with a file, and a picture of the library. */
  templateId: string
  imageId: string
  /** A saved filter of everybody, the admin's own. */
  filterId: string
  /** A picture the one who asks has uploaded. */
  uploadId: string
  /** Somebody on the website `here`, a text of everybody's that is said to visitors, and a rule. */
  visitId: string
  approachTextId: string
  approachRuleId: string
  /** A field of the attendance form that takes any text. */
  fieldId: string
  /** A field of the company's own about its customers, and a note of `admin` about the customer. */
  customerFieldId: string
  noteId: string
  /** By which somebody was merged into the customer; and a customer of a chat everybody sees. */
  mergeId: string
  otherCustomerId: string
  /** A session of the one who asks, to be ended. */
  sessionId: string
  /** A fresh word for names that must be unique. */
  word: string
}
export type Variables = Record<string, unknown>

/**
 * `yes`, `missing` (looks like what does not exist), or the code of a refusal, one per column. Lines are tried on the chat
 * they are named after; a line of another name is tried on things of the workspace.
 */
export type Lines = Partial<Record<ChatKind, string>> & Record<string, string | undefined>

export interface Operation {
  /** `anyone`: answers everybody, strangers with null. `account`: needs a session. `operator`: an operator of the workspace. */
  asks: 'anyone' | 'account' | 'operator'
  variables(things: Things, line: string): Variables
  lines: Lines
  /** Changes something where it is allowed, so that every allowed attempt takes a chat of its own. */
  changes?: boolean
}

const all = 'yes yes yes yes yes yes yes'
const admins = 'forbidden forbidden forbidden forbidden forbidden forbidden yes'
/** Supervisors without limits, and admins. */
const unlimited = 'forbidden forbidden forbidden forbidden forbidden yes yes'
const unreadOnes = { all: [{ field: 'unread', is: 'yes' }] }
const none = (): Variables => ({})
const hours = (name: string, channelId: string, groupId: string) => ({
  name,
  timeZone: 'America/Sao_Paulo',
  week: [{ day: 1, from: '09:00', to: '18:00' }],
  holidays: [{ date: '2030-01-01', name: 'New Year', intervals: [{ from: '10:00', to: '12:00' }] }],
  channelIds: [channelId],
  groupIds: [groupId],
})
const lookInput = (word: string) => ({
  accent: '#0f766e',
  fontColour: '#171a21',
  backColour: '#ffffff',
  borderColour: '#c3c9d4',
  welcomeColour: '#171a21',
  awayColour: '#171a21',
  closingColour: '#171a21',
  side: 'end',
  size: 'medium',
  texts: [{ language: 'en', online: word, offline: word, welcome: word, away: word, closing: word }],
  showOn: ['/shop*'],
  hideOn: ['/checkout*'],
})
/** Of the range that is kept for documentation. `word`: a random UUID. */
export const addressOf = (word: string): string => `2001:db8:${word.slice(0, 4)}:${word.slice(4, 8)}::/64`
const approachText = (own: boolean, word: string, imageId: string) => ({
  kind: 'promotion',
  own,
  title: word,
  words: [{ language: 'en', text: word }],
  url: 'https://shop.example/',
  imageId,
})
/** Of nobody's page. */
const approachRule = (textId: string, channelId: string) => ({
  textId,
  channelId,
  active: true,
  page: '/nowhere',
  seconds: 86_400,
  visits: 1_000,
  campaign: 'none',
  countries: ['AQ'],
  online: true,
  days: 7,
})
const chat = ({ chatId }: Things): Variables => ({ chatId })

//               member    outsider  holder    leader    otherLeader supervisor admin
const seen: Lines = {
  queued: '      yes       missing   missing   yes       missing     yes        yes',
  held: '        yes       missing   yes       yes       missing     yes        yes',
  closed: '      yes       missing   yes       yes       missing     yes        yes',
  elsewhere: '   missing   yes       missing   missing   yes         yes        yes',
  free: '        yes       yes       yes       yes       yes         yes        yes',
  alone: '       missing   missing   yes       missing   missing     yes        yes',
}
/** What is done to a chat by its holder, by whoever may take it, and by those who lead. */
const served: Lines = {
  queued: '      yes       missing   missing   yes       missing     yes        yes',
  held: '        forbidden missing   yes       yes       missing     yes        yes',
  closed: '      forbidden missing   yes       yes       missing     yes        yes',
  elsewhere: '   missing   yes       missing   missing   yes         yes        yes',
  free: '        yes       yes       yes       yes       yes         yes        yes',
  alone: '       missing   missing   yes       missing   missing     yes        yes',
}
const servedOpen: Lines = {
  ...served,
  closed: '      forbidden missing   chat_closed chat_closed missing chat_closed chat_closed',
}

/** What is put off by its holder, and by those who lead. */
const snoozed: Lines = {
  queued: '      forbidden missing   missing   not_held    missing     not_held    not_held',
  held: '        forbidden missing   yes       yes         missing     yes         yes',
  closed: '      forbidden missing   chat_closed chat_closed missing   chat_closed chat_closed',
  elsewhere: '   missing   forbidden missing   missing     not_held    not_held    not_held',
  free: '        forbidden forbidden forbidden not_held  not_held    not_held    not_held',
  alone: '       missing   missing   yes       missing     missing     yes         yes',
}

/** What is done by those who lead. */
const led: Lines = {
  queued: '    forbidden missing   missing   yes     missing     yes        yes',
  held: '      forbidden missing   forbidden yes     missing     yes        yes',
  closed: '    forbidden missing   forbidden yes     missing     yes        yes',
  elsewhere: ' missing   forbidden missing   missing yes         yes        yes',
  free: '      forbidden forbidden forbidden yes     yes         yes        yes',
  alone: '     missing   missing   forbidden missing missing     yes        yes',
}

/** What `admin` wrote is changed by him alone. */
const written: Lines = {
  queued: '    forbidden missing   missing   forbidden missing   forbidden yes',
  held: '      forbidden missing   forbidden forbidden missing   forbidden yes',
  closed: '    forbidden missing   forbidden forbidden missing   forbidden yes',
  elsewhere: ' missing   forbidden missing   missing   forbidden forbidden yes',
  free: '      forbidden forbidden forbidden forbidden forbidden forbidden yes',
  alone: '     missing   missing   forbidden missing   missing   forbidden yes',
}

export const matrix: Record<string, Operation> = {
  'Query.me': { asks: 'anyone', variables: none, lines: { everything: all } },
  'Query.workspace': { asks: 'anyone', variables: none, lines: { everything: all } },
  'Query.operator': { asks: 'anyone', variables: none, lines: { everything: all } },
  'Query.operators': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.groups': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.channels': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.channelModules': {
    asks: 'operator',
    variables: none,
    lines: { everything: unlimited },
  },
  'Query.sections': { asks: 'operator', variables: none, lines: { everything: all } },
  // Lists show what one may see and nothing else: sight.test.ts.
  'Query.chats': { asks: 'operator', variables: () => ({ section: 'new' }), lines: { everything: all } },
  'Query.chatHolders': { asks: 'operator', variables: none, lines: { everything: all } },
  // Which chats fit and how many: filters.test.ts.
  'Query.filteredChats': { asks: 'operator', variables: () => ({ filter: unreadOnes }), lines: { everything: all } },
  'Query.countChats': { asks: 'operator', variables: () => ({ filter: unreadOnes }), lines: { everything: all } },
  // Whose figures they are: reports.test.ts.
  'Query.report': { asks: 'operator', variables: () => ({ input: { from: '2026-01-01', to: '2026-01-31' } }), lines: { everything: all } },
  'Query.fittingChats': {
    asks: 'operator',
    variables: ({ chatId }) => ({ filter: unreadOnes, chatIds: [chatId] }),
    lines: { everything: all },
  },
  // What is found: search.test.ts.
  'Query.search': { asks: 'operator', variables: ({ chatId }) => ({ query: 'chat', chatId }), lines: seen },
  'Query.assignment': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.queues': { asks: 'operator', variables: none, lines: { everything: all } },
  // As lists of chats: what one may not see is not there (ledger.test.ts).
  'Query.undelivered': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.chatByNumber': { asks: 'operator', variables: ({ number }) => ({ number }), lines: seen },
  'Query.chat': { asks: 'operator', variables: ({ chatId }) => ({ id: chatId }), lines: seen },
  'Query.message': { asks: 'operator', variables: ({ messageId }) => ({ id: messageId }), lines: seen },
  'Query.comment': { asks: 'operator', variables: ({ commentId }) => ({ id: commentId }), lines: seen },
  'Query.customer': { asks: 'operator', variables: ({ customerId }) => ({ id: customerId }), lines: seen },

  // Where it may be done: email.test.ts. Those who may are told that a website is no mailbox.
  'Mutation.beginChat': {
    asks: 'operator',
    changes: true,
    variables: ({ customerId, channelId, word }) => ({ input: { customerId, channelId, clientId: word, subject: word, text: 'Hello' } }),
    lines: Object.fromEntries(Object.entries(seen).map(([line, columns]) => [line, columns?.replaceAll('yes', 'unsupported')])),
  },
  'Mutation.takeChat': {
    asks: 'operator',
    changes: true,
    variables: chat,
    lines: {
      ...seen,
      held: '    chat_taken missing  yes       chat_taken missing    chat_taken chat_taken',
      closed: '  chat_closed missing chat_closed chat_closed missing chat_closed chat_closed',
      alone: '   missing   missing   yes       missing   missing     chat_taken chat_taken',
    },
  },
  // The longest waiting of all that are in sight; `free` is in everybody's.
  'Mutation.takeNextChat': { asks: 'operator', changes: true, variables: none, lines: { free: all } },
  'Mutation.addParticipant': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, operators }) => ({ chatId, operatorId: operators.spare }),
    lines: {
      queued: '    forbidden missing   missing   not_held missing    not_held   not_held',
      held: '      forbidden missing   yes       yes     missing     yes        yes',
      closed: '    forbidden missing   chat_closed chat_closed missing chat_closed chat_closed',
      elsewhere: ' missing   forbidden missing   missing not_held    not_held   not_held',
      free: '      forbidden forbidden forbidden not_held not_held   not_held   not_held',
      alone: '     missing   missing   yes       missing missing     yes        yes',
    },
  },
  'Mutation.removeParticipant': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, operators }) => ({ chatId, operatorId: operators.spare }),
    lines: {
      queued: '    forbidden missing   missing   yes     missing     yes        yes',
      held: '      forbidden missing   yes       yes     missing     yes        yes',
      closed: '    forbidden missing   yes       yes     missing     yes        yes',
      elsewhere: ' missing   forbidden missing   missing yes         yes        yes',
      free: '      forbidden forbidden forbidden yes     yes         yes        yes',
      alone: '     missing   missing   yes       missing missing     yes        yes',
    },
  },
  'Mutation.leaveChat': {
    asks: 'operator',
    changes: true,
    variables: chat,
    // A participant leaves, and a holder who leaves a participant behind: routing.test.ts.
    lines: {
      queued: '    forbidden missing   missing   forbidden missing   forbidden forbidden',
      held: '      forbidden missing   alone     forbidden missing   forbidden forbidden',
      closed: '    forbidden missing   chat_closed forbidden missing forbidden forbidden',
      elsewhere: ' missing   forbidden missing   missing   forbidden forbidden forbidden',
      free: '      forbidden forbidden forbidden forbidden forbidden forbidden forbidden',
      alone: '     missing   missing   alone     missing   missing   forbidden forbidden',
    },
  },
  'Mutation.transferChat': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, groups }) => ({ chatId, groupId: groups.there, comment: 'He asks for an invoice.' }),
    lines: servedOpen,
  },
  'Mutation.takeOverChat': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId }) => ({ chatId, reason: 'He waits too long.' }),
    lines: { ...led, closed: 'forbidden missing forbidden chat_closed missing chat_closed chat_closed' },
  },
  'Mutation.closeChat': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, tagId, fieldId, word }) => ({
      chatId,
      closing: { tagIds: [tagId], answers: [{ fieldId, values: [word] }] },
    }),
    lines: served,
  },
  'Mutation.fillForm': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, fieldId, word }) => ({ chatId, answers: [{ fieldId, values: [word] }] }),
    lines: served,
  },
  'Mutation.snoozeChat': { asks: 'operator', changes: true, variables: chat, lines: snoozed },
  'Mutation.wakeChat': {
    asks: 'operator',
    changes: true,
    variables: chat,
    lines: {
      ...snoozed,
      queued: '    forbidden missing   missing   yes       missing     yes        yes',
      elsewhere: ' missing   forbidden missing   missing   yes         yes        yes',
      free: '      forbidden forbidden forbidden yes       yes         yes        yes',
      closed: '    forbidden missing   yes       yes       missing     yes        yes',
    },
  },
  'Mutation.calmChat': { asks: 'operator', changes: true, variables: chat, lines: servedOpen },
  // A website has no other inbox: handover.test.ts.
  'Mutation.handOverChat': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId }) => ({ chatId, to: 'inbox' }),
    lines: Object.fromEntries(Object.entries(servedOpen).map(([line, columns]) => [line, columns?.replaceAll('yes', 'no_hand_over')])),
  },
  'Mutation.reopenChat': {
    asks: 'operator',
    changes: true,
    variables: chat,
    lines: {
      queued: '    forbidden missing   missing   chat_open missing     chat_open  chat_open',
      held: '      forbidden missing chat_open chat_open missing     chat_open  chat_open',
      closed: '    forbidden missing yes       yes       missing     yes        yes',
      elsewhere: ' missing forbidden missing   missing   chat_open   chat_open  chat_open',
      free: '      forbidden forbidden forbidden chat_open chat_open chat_open  chat_open',
      alone: '     missing   missing chat_open missing   missing     chat_open  chat_open',
    },
  },
  'Mutation.readChat': { asks: 'operator', changes: true, variables: ({ chatId, messageId }) => ({ chatId, messageId }), lines: served },
  'Mutation.setTyping': {
    asks: 'operator',
    variables: ({ chatId }) => ({ chatId, on: true }),
    // Whoever may not answer types unheard: false for what is not his and for what does not exist alike.
    lines: { ...served, held: 'missing missing yes yes missing yes yes', closed: 'missing missing yes yes missing yes yes' },
  },
  'Mutation.setViewing': { asks: 'operator', variables: ({ chatId }) => ({ chatId, on: true }), lines: seen },
  'Mutation.sendMessage': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, word }) => ({ input: { chatId, clientId: word, text: 'Yes, two are left.' } }),
    lines: servedOpen,
  },
  'Mutation.sendApprovedText': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, word }) => ({ chatId, clientId: word, name: word, language: 'en', variables: [{ key: 'body.1', value: word }] }),
    lines: Object.fromEntries(Object.entries(servedOpen).map(([line, columns]) => [line, columns?.replaceAll('yes', 'unsupported')])),
  },
  'Mutation.resendMessage': {
    asks: 'operator',
    changes: true,
    variables: ({ unknownMessageId }) => ({ messageId: unknownMessageId }),
    lines: served,
  },
  'Mutation.confirmMessage': {
    asks: 'operator',
    changes: true,
    variables: ({ unknownMessageId }) => ({ messageId: unknownMessageId }),
    lines: served,
  },
  'Mutation.fetchFilesAgain': {
    asks: 'operator',
    variables: ({ messageId }) => ({ messageId }),
    lines: served,
  },
  'Mutation.editMessage': {
    asks: 'operator',
    changes: true,
    variables: ({ ownMessageId, word }) => ({ messageId: ownMessageId, text: word }),
    lines: written,
  },
  'Mutation.removeMessage': {
    asks: 'operator',
    changes: true,
    variables: ({ ownMessageId }) => ({ messageId: ownMessageId }),
    lines: led,
  },
  'Mutation.reactToMessage': {
    asks: 'operator',
    changes: true,
    variables: ({ messageId }) => ({ messageId, emoji: '👍' }),
    lines: served,
  },
  'Mutation.addComment': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, word }) => ({ input: { chatId, clientId: word, text: 'He is a friend of the house.' } }),
    lines: seen,
  },
  'Mutation.editComment': {
    asks: 'operator',
    changes: true,
    variables: ({ commentId, word }) => ({ commentId, text: word }),
    lines: written,
  },
  'Mutation.removeComment': {
    asks: 'operator',
    changes: true,
    variables: ({ commentId }) => ({ commentId }),
    lines: led,
  },
  'Mutation.updateCustomer': {
    asks: 'operator',
    changes: true,
    variables: ({ customerId, customerFieldId, word }) => ({
      customerId,
      name: word,
      phone: '',
      values: [{ fieldId: customerFieldId, values: [word] }],
    }),
    lines: seen,
  },
  // Whom it shows: customers.test.ts.
  'Query.customers': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.addNote': {
    asks: 'operator',
    changes: true,
    variables: ({ customerId, word }) => ({ customerId, clientId: word, text: 'He pays late.' }),
    lines: seen,
  },
  'Mutation.editNote': {
    asks: 'operator',
    changes: true,
    variables: ({ noteId, word }) => ({ noteId, text: word }),
    lines: written,
  },
  'Mutation.removeNote': { asks: 'operator', changes: true, variables: ({ noteId }) => ({ noteId }), lines: led },
  // Which pairs it shows: merges.test.ts.
  'Query.duplicates': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.mergeCustomers': {
    asks: 'operator',
    changes: true,
    variables: ({ customerId, otherCustomerId, word }) => ({
      input: { customerId, intoCustomerId: otherCustomerId, reason: word, take: ['name'] },
    }),
    lines: led,
  },
  'Mutation.undoMerge': { asks: 'operator', changes: true, variables: ({ mergeId }) => ({ mergeId }), lines: led },
  'Mutation.dismissDuplicate': {
    asks: 'operator',
    changes: true,
    variables: ({ customerId, otherCustomerId }) => ({ customerId, otherCustomerId }),
    lines: seen,
  },
  'Query.customerFields': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.createCustomerField': {
    asks: 'operator',
    changes: true,
    variables: ({ word }) => ({ label: word, type: 'choice', options: ['Gold', 'Silver'] }),
    lines: { everything: admins },
  },
  'Mutation.updateCustomerField': {
    asks: 'operator',
    changes: true,
    variables: ({ customerFieldId, word }) => ({ fieldId: customerFieldId, label: word }),
    lines: { everything: admins },
  },
  'Mutation.archiveCustomerField': {
    asks: 'operator',
    changes: true,
    variables: ({ customerFieldId }) => ({ fieldId: customerFieldId, archived: true }),
    lines: { everything: admins },
  },
  'Mutation.orderCustomerFields': {
    asks: 'operator',
    changes: true,
    variables: ({ customerFieldId }) => ({ fieldIds: [customerFieldId] }),
    lines: { everything: admins },
  },
  'Mutation.blockIdentity': {
    asks: 'operator',
    changes: true,
    variables: ({ identityId }) => ({ identityId, reason: 'Abuse.' }),
    lines: led,
  },
  'Mutation.liftBlock': {
    asks: 'operator',
    changes: true,
    variables: ({ blockId, addressBlockId }, line) => ({ blockId: line === 'address' ? addressBlockId : blockId }),
    lines: { ...led, address: unlimited },
  },
  'Mutation.blockAddress': {
    asks: 'operator',
    changes: true,
    variables: ({ word }) => ({ address: addressOf(word), reason: 'Abuse.' }),
    lines: { everything: unlimited },
  },
  'Query.blocks': { asks: 'operator', variables: none, lines: { everything: unlimited } },

  // Lists hold one's own alerts and no other: together.test.ts.
  'Query.alerts': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.unreadAlerts': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.readAlerts': {
    asks: 'operator',
    changes: true,
    variables: ({ alertId }) => ({ alertIds: [alertId] }),
    lines: { everything: 'missing missing missing missing missing missing yes' },
  },
  'Mutation.readAllAlerts': { asks: 'operator', changes: true, variables: none, lines: { everything: all } },

  // Whom and which chats it shows: supervision.test.ts.
  'Query.wall': { asks: 'operator', variables: none, lines: { everything: 'forbidden forbidden forbidden yes yes yes yes' } },
  // Whom they show: visits.test.ts.
  'Query.visits': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.liveFigures': { asks: 'operator', variables: () => ({ since: new Date().toISOString() }), lines: { everything: all } },
  'Query.visit': {
    asks: 'operator',
    variables: ({ visitId }) => ({ visitId }),
    lines: { 'on a website': 'yes missing missing yes missing yes yes' },
  },
  // What becomes of it: approaches.test.ts.
  'Mutation.approachVisitors': {
    asks: 'operator',
    changes: true,
    variables: ({ visitId }) => ({ input: { visitIds: [visitId], kind: 'invitation', text: 'May I help?' } }),
    lines: { 'on a website': 'yes missing missing yes missing yes yes' },
  },
  // Whose they are, and what rules do: approach-rules.test.ts.
  'Query.approachTexts': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.approachSettings': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.approachRules': { asks: 'operator', variables: none, lines: { everything: admins } },
  'Mutation.createApproachText': {
    asks: 'operator',
    changes: true,
    variables: ({ word, imageId }, line) => ({ input: approachText(line === 'own', word, imageId) }),
    lines: { own: all, shared: admins },
  },
  'Mutation.updateApproachText': {
    asks: 'operator',
    changes: true,
    variables: ({ approachTextId, word, imageId }) => ({ textId: approachTextId, input: approachText(false, word, imageId) }),
    lines: { shared: admins },
  },
  'Mutation.deleteApproachText': {
    asks: 'operator',
    changes: true,
    variables: ({ approachTextId }) => ({ textId: approachTextId }),
    lines: { shared: admins },
  },
  'Mutation.updateApproachSettings': {
    asks: 'operator',
    changes: true,
    variables: () => ({ free: true, domains: ['partner.example'], perVisit: 1 }),
    lines: { everything: admins },
  },
  'Mutation.createApproachRule': {
    asks: 'operator',
    changes: true,
    variables: ({ approachTextId, channelId }) => ({ input: approachRule(approachTextId, channelId) }),
    lines: { everything: admins },
  },
  'Mutation.updateApproachRule': {
    asks: 'operator',
    changes: true,
    variables: ({ approachRuleId, approachTextId, channelId }) => ({
      ruleId: approachRuleId,
      input: approachRule(approachTextId, channelId),
    }),
    lines: { everything: admins },
  },
  'Mutation.deleteApproachRule': {
    asks: 'operator',
    changes: true,
    variables: ({ approachRuleId }) => ({ ruleId: approachRuleId }),
    lines: { everything: admins },
  },
  'Subscription.visits': { asks: 'operator', variables: none, lines: {} },
  'Query.profile': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.updateProfile': {
    asks: 'operator',
    changes: true,
    variables: ({ word }) => ({ input: { signature: word, signs: false, languages: ['pt-BR'] } }),
    lines: { everything: all },
  },
  'Mutation.removeAvatar': { asks: 'operator', changes: true, variables: none, lines: { everything: all } },

  'Query.schedules': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.createSchedule': {
    asks: 'operator',
    changes: true,
    variables: ({ word, channelId, groups }) => ({ input: hours(word, channelId, groups.here) }),
    lines: { everything: admins },
  },
  'Mutation.updateSchedule': {
    asks: 'operator',
    changes: true,
    variables: ({ scheduleId, word, channelId, groups }) => ({ scheduleId, input: hours(word, channelId, groups.here) }),
    lines: { everything: admins },
  },
  'Mutation.deleteSchedule': {
    asks: 'operator',
    changes: true,
    variables: ({ scheduleId }) => ({ scheduleId }),
    lines: { everything: admins },
  },

  'Query.channelLook': { asks: 'operator', variables: ({ channelId }) => ({ channelId }), lines: { everything: admins } },
  'Query.previewLook': {
    asks: 'operator',
    variables: ({ channelId, word }) => ({ channelId, input: lookInput(word) }),
    lines: { everything: admins },
  },
  'Mutation.saveLook': {
    asks: 'operator',
    changes: true,
    variables: ({ channelId, word }) => ({ channelId, input: lookInput(word) }),
    lines: { everything: admins },
  },
  'Mutation.publishLook': { asks: 'operator', changes: true, variables: ({ channelId }) => ({ channelId }), lines: { everything: admins } },
  'Mutation.revertLook': {
    asks: 'operator',
    changes: true,
    variables: ({ channelId }) => ({ channelId, number: 0 }),
    lines: { everything: admins },
  },
  'Mutation.discardLook': { asks: 'operator', changes: true, variables: ({ channelId }) => ({ channelId }), lines: { everything: admins } },
  'Mutation.removeLookPicture': {
    asks: 'operator',
    changes: true,
    variables: ({ channelId }) => ({ channelId, place: 'logo' }),
    lines: { everything: admins },
  },

  // Which are in the lists: requests.test.ts.
  'Query.requests': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.newRequests': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.request': { asks: 'operator', variables: ({ requestId }) => ({ id: requestId }), lines: seen },
  'Query.requestSettings': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.updateRequest': {
    asks: 'operator',
    changes: true,
    variables: ({ requestId, word }) => ({ requestId, input: { title: word, priority: 'high' } }),
    lines: seen,
  },
  'Mutation.answerRequest': {
    asks: 'operator',
    changes: true,
    variables: ({ requestId, word }) => ({ requestId, input: { clientId: word, text: word, mail: false } }),
    lines: seen,
  },
  'Mutation.turnIntoRequest': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, tagId, fieldId, groups, word }) => ({
      chatId,
      input: { title: word, groupId: groups.there },
      closing: { tagIds: [tagId], answers: [{ fieldId, values: [word] }] },
    }),
    lines: servedOpen,
  },
  // The hub of these tests sends no mail: whoever may is told so.
  'Mutation.sendTranscript': {
    asks: 'operator',
    variables: ({ chatId }) => ({ chatId }),
    lines: Object.fromEntries(Object.entries(served).map(([name, line]) => [name, line?.replaceAll('yes', 'no_mail')])),
  },
  'Query.mailing': { asks: 'operator', variables: none, lines: { everything: admins } },
  // The hub of these tests sends no mail: an admin is told so.
  'Mutation.sendTestMail': { asks: 'operator', variables: none, lines: { everything: admins.replace('yes', 'no_mail') } },
  'Mutation.updateRequestSettings': {
    asks: 'operator',
    changes: true,
    variables: ({ word, groups }) => ({
      input: {
        categories: [word],
        types: [word],
        title: word,
        groupId: groups.here,
        priority: 'low',
        fields: [{ label: word, kind: 'choice', options: [word], required: false }],
      },
    }),
    lines: { everything: admins },
  },

  'Query.tags': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.createTag': {
    asks: 'operator',
    changes: true,
    variables: ({ word }) => ({ name: word, colour: 'teal' }),
    lines: { everything: unlimited },
  },
  'Mutation.updateTag': {
    asks: 'operator',
    changes: true,
    variables: ({ tagId, word }) => ({ tagId, name: word, colour: 'pink' }),
    lines: { everything: unlimited },
  },
  'Mutation.mergeTags': {
    asks: 'operator',
    changes: true,
    variables: ({ tagId, otherTagId }) => ({ tagId, intoTagId: otherTagId }),
    lines: { everything: unlimited },
  },
  'Mutation.deleteTag': { asks: 'operator', changes: true, variables: ({ tagId }) => ({ tagId }), lines: { everything: unlimited } },
  'Mutation.tagChat': { asks: 'operator', changes: true, variables: ({ chatId, tagId }) => ({ chatId, tagId, on: true }), lines: seen },
  'Mutation.tagCustomer': {
    asks: 'operator',
    changes: true,
    variables: ({ customerId, tagId }) => ({ customerId, tagId, on: true }),
    lines: seen,
  },

  'Query.templates': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.findTemplates': { asks: 'operator', variables: chat, lines: seen },
  'Query.previewTemplate': { asks: 'operator', variables: ({ chatId }) => ({ chatId, body: 'Hello {{customer.name}}' }), lines: seen },
  'Query.approvedTexts': { asks: 'operator', variables: chat, lines: seen },
  // Templates of groups and of operators: templates.test.ts.
  'Mutation.createTemplate': {
    asks: 'operator',
    changes: true,
    variables: ({ word, groups }, line) => ({
      input: { scope: line, title: word, body: word, shortcut: word, ...(line === 'group' && { groupId: groups.here }) },
    }),
    lines: {
      all: unlimited,
      group: 'forbidden forbidden forbidden yes forbidden yes yes',
      own: all,
      shared: all,
    },
  },
  'Mutation.updateTemplate': {
    asks: 'operator',
    changes: true,
    variables: ({ templateId, word }) => ({ templateId, input: { scope: 'all', title: word, body: word, shortcut: word } }),
    lines: { everything: unlimited },
  },
  'Mutation.deleteTemplate': {
    asks: 'operator',
    changes: true,
    variables: ({ templateId }) => ({ templateId }),
    lines: { everything: unlimited },
  },
  'Mutation.applyTemplate': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, templateId }) => ({ chatId, templateId }),
    lines: seen,
  },
  'Query.libraryImages': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.addLibraryImage': {
    asks: 'operator',
    changes: true,
    variables: ({ uploadId, word }) => ({ fileId: uploadId, title: word }),
    lines: { everything: admins },
  },
  'Mutation.renameLibraryImage': {
    asks: 'operator',
    changes: true,
    variables: ({ imageId, word }) => ({ imageId, title: word }),
    lines: { everything: admins },
  },
  'Mutation.moveLibraryImage': {
    asks: 'operator',
    changes: true,
    variables: ({ imageId }) => ({ imageId, to: 0 }),
    lines: { everything: admins },
  },
  'Mutation.deleteLibraryImage': {
    asks: 'operator',
    changes: true,
    variables: ({ imageId }) => ({ imageId }),
    lines: { everything: admins },
  },
  'Mutation.takeLibraryImage': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, imageId }) => ({ chatId, imageId }),
    lines: seen,
  },

  // Filters of groups and of operators: filters.test.ts.
  'Query.savedFilters': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.createSavedFilter': {
    asks: 'operator',
    changes: true,
    variables: ({ word, groups }, line) => ({
      input: { name: word, filter: unreadOnes, scope: line, ...(line === 'group' && { groupId: groups.here }) },
    }),
    lines: {
      all: unlimited,
      group: 'forbidden forbidden forbidden yes forbidden yes yes',
      own: all,
    },
  },
  'Mutation.updateSavedFilter': {
    asks: 'operator',
    changes: true,
    variables: ({ filterId, word }) => ({ filterId, input: { name: word, filter: unreadOnes, scope: 'all' } }),
    lines: { everything: admins },
  },
  'Mutation.deleteSavedFilter': {
    asks: 'operator',
    changes: true,
    variables: ({ filterId }) => ({ filterId }),
    lines: { everything: admins },
  },
  'Mutation.arrangeSavedFilters': {
    asks: 'operator',
    changes: true,
    variables: ({ filterId }) => ({ filterIds: [filterId] }),
    lines: { everything: all },
  },

  // What becomes of each chat: bulk.test.ts.
  'Query.bulkRuns': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.bulkRun': {
    asks: 'operator',
    variables: ({ bulkRunId }) => ({ id: bulkRunId }),
    lines: { everything: 'missing missing missing missing missing missing yes' },
  },
  'Mutation.startBulk': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, groups, word }) => ({ input: { kind: 'transfer', chatIds: [chatId], groupId: groups.here, comment: word } }),
    lines: seen,
  },
  'Mutation.undoBulk': {
    asks: 'operator',
    changes: true,
    variables: ({ bulkRunId }) => ({ runId: bulkRunId }),
    lines: { everything: 'missing missing missing missing missing missing yes' },
  },
  'Mutation.cancelBulk': {
    asks: 'operator',
    changes: true,
    variables: ({ bulkRunId }) => ({ runId: bulkRunId }),
    lines: { everything: 'missing missing missing missing missing missing yes' },
  },

  'Query.formFields': { asks: 'operator', variables: none, lines: { everything: all } },
  'Query.closingSettings': { asks: 'operator', variables: none, lines: { everything: all } },
  'Mutation.updateClosingSettings': {
    asks: 'operator',
    changes: true,
    variables: ({ word }) => ({ texts: [{ language: 'es', text: word }] }),
    lines: { everything: admins },
  },
  'Mutation.createFormField': {
    asks: 'operator',
    changes: true,
    variables: ({ word }) => ({ label: word, type: 'choice', options: ['Sale', 'Support'] }),
    lines: { everything: admins },
  },
  'Mutation.updateFormField': {
    asks: 'operator',
    changes: true,
    variables: ({ fieldId, word }) => ({ fieldId, label: word }),
    lines: { everything: admins },
  },
  'Mutation.archiveFormField': {
    asks: 'operator',
    changes: true,
    variables: ({ fieldId }) => ({ fieldId }),
    lines: { everything: admins },
  },
  'Mutation.orderFormFields': {
    asks: 'operator',
    changes: true,
    variables: ({ fieldId }) => ({ fieldIds: [fieldId] }),
    lines: { everything: admins },
  },

  'Mutation.setPresence': { asks: 'operator', changes: true, variables: () => ({ presence: 'online' }), lines: { everything: all } },
  'Mutation.updateAccount': { asks: 'account', changes: true, variables: () => ({ language: 'en' }), lines: { everything: all } },
  'Mutation.revokeSession': {
    asks: 'account',
    changes: true,
    variables: ({ sessionId }) => ({ sessionId }),
    lines: { everything: all },
  },
  'Mutation.updateWorkspace': {
    asks: 'operator',
    changes: true,
    variables: () => ({ waitingAfterMinutes: 10 }),
    lines: { everything: admins },
  },
  'Mutation.setAssignment': {
    asks: 'operator',
    changes: true,
    variables: () => ({ capacity: 6 }),
    lines: { everything: admins },
  },
  'Mutation.inviteOperator': {
    asks: 'operator',
    changes: true,
    variables: ({ groups, word }, line) => {
      const role = line.startsWith('a supervisor') ? 'supervisor' : line.startsWith('an admin') ? 'admin' : 'operator'
      const groupIds = line.endsWith('here') ? [groups.here] : line.endsWith('both') ? [groups.here, groups.there] : []
      return { input: { name: word, email: `${word}@acme.example`, role, groupIds } }
    },
    lines: {
      'an operator for here': '       forbidden forbidden forbidden yes       forbidden yes       yes',
      'an operator for both': '       forbidden forbidden forbidden forbidden forbidden yes       yes',
      'an operator for no group': '   forbidden forbidden forbidden forbidden forbidden yes       yes',
      'a supervisor for here': '      forbidden forbidden forbidden forbidden forbidden forbidden yes',
      'an admin': admins,
    },
  },
  'Mutation.updateOperator': {
    asks: 'operator',
    changes: true,
    variables: ({ operators }, line) => {
      const [what = '', whom = 'member'] = line.split(' of ')
      return { operatorId: operators[whom as PersonName], ...(what === 'the role' ? { role: 'admin' } : { active: true }) }
    },
    lines: {
      'the access of member': '      forbidden forbidden forbidden yes       forbidden yes       yes',
      'the access of outsider': '    forbidden forbidden forbidden forbidden yes       yes       yes',
      'the access of holder': '      forbidden forbidden forbidden forbidden forbidden yes       yes',
      'the access of supervisor': '  forbidden forbidden forbidden forbidden forbidden yes       yes',
      'the access of leader': '      forbidden forbidden forbidden yes       forbidden forbidden yes',
      'the access of admin': admins,
      'the role of spare': admins,
      'the role of self': admins,
    },
  },
  'Mutation.createGroup': {
    asks: 'operator',
    changes: true,
    variables: ({ word, operators }) => ({ name: word, memberIds: [operators.admin], supervisorIds: [] }),
    lines: { everything: admins },
  },
  'Mutation.updateGroup': {
    asks: 'operator',
    changes: true,
    variables: ({ groups, word }) => ({ groupId: groups.here, name: word }),
    lines: { everything: admins },
  },
  'Mutation.createChannel': {
    asks: 'operator',
    changes: true,
    variables: ({ word, groups }) => ({ input: { kind: 'web', name: word, groupId: groups.here, options: { name: word } } }),
    lines: { everything: admins },
  },
  'Mutation.updateChannel': {
    asks: 'operator',
    changes: true,
    variables: ({ channelId, groups, word }) => ({ channelId, name: word, groupId: groups.here }),
    lines: { everything: admins },
  },

  'Mutation.renewIdentitySecret': {
    asks: 'operator',
    changes: true,
    variables: ({ channelId }) => ({ channelId }),
    lines: { everything: admins },
  },

  'Query.channelHealth': { asks: 'operator', variables: ({ channelId }) => ({ channelId }), lines: { everything: admins } },
  'Query.channelRemoval': { asks: 'operator', variables: ({ channelId }) => ({ channelId }), lines: { everything: admins } },
  'Mutation.checkChannel': {
    asks: 'operator',
    changes: true,
    variables: ({ channelId }) => ({ channelId }),
    lines: { everything: admins },
  },
  'Mutation.sendTestMessage': {
    asks: 'operator',
    changes: true,
    variables: chat,
    lines: {
      queued: admins,
      held: admins,
      closed: 'forbidden forbidden forbidden forbidden forbidden forbidden chat_closed',
      elsewhere: admins,
      free: admins,
      alone: admins,
    },
  },
  'Mutation.removeChannel': {
    asks: 'operator',
    changes: true,
    variables: ({ channelId }) => ({ channelId, name: 'not its name' }),
    lines: { everything: 'forbidden forbidden forbidden forbidden forbidden forbidden other_name' },
  },
  'Mutation.giveUpMessage': {
    asks: 'operator',
    changes: true,
    variables: ({ unknownMessageId }) => ({ messageId: unknownMessageId }),
    lines: served,
  },

  // What a follower hears, event by event: rights-feed.test.ts.
  'Subscription.feed': { asks: 'operator', variables: none, lines: { everything: all } },
}

/** The visitors' schema: a visitor has his own chat, everybody else has nothing. */
export const visitorMatrix: Record<string, { asks: 'anyone' | 'visitor' }> = {
  'Query.site': { asks: 'anyone' },
  'Query.visitor': { asks: 'anyone' },
  'Mutation.startVisitor': { asks: 'anyone' },
  'Mutation.leaveRequest': { asks: 'anyone' },
  'Mutation.comeBack': { asks: 'anyone' },
  'Mutation.sendMessage': { asks: 'visitor' },
  'Mutation.acknowledge': { asks: 'visitor' },
  'Mutation.setTyping': { asks: 'visitor' },
  'Mutation.rateChat': { asks: 'visitor' },
  'Mutation.endChat': { asks: 'visitor' },
  'Mutation.sendTranscript': { asks: 'visitor' },
  'Mutation.joinVisit': { asks: 'visitor' },
  'Mutation.identify': { asks: 'anyone' },
  'Mutation.describeVisitor': { asks: 'visitor' },
  'Mutation.logOut': { asks: 'visitor' },
  'Mutation.showApproach': { asks: 'anyone' },
  'Mutation.answerApproach': { asks: 'anyone' },
  'Subscription.visitorFeed': { asks: 'visitor' },
}

/** Whose file may be read: of a message as its chat; an upload that no message carries by its uploader (`holder`) alone. */
export const fileLines: Lines = {
  ...seen,
  'an upload': ' missing   missing   yes       missing   missing     missing    missing',
}

/** The columns of a line. */
export function outcomesOf(line: string): Record<PersonName, string> {
  const words = line.trim().split(/\s+/)
  if (words.length !== people.length) throw new Error(`a line has ${people.length} columns: ${line}`)
  return Object.fromEntries(people.map((name, n) => [name, words[n]])) as Record<PersonName, string>
}
