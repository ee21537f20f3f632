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
  messageId: string
  /** An outgoing message nobody knows the fate of. */
  unknownMessageId: string
  customerId: string
  identityId: string
  /** `spare` is an operator of the group `here` who does nothing. */
  operators: Record<PersonName | 'spare' | 'self', string>
  groups: { here: string; there: string }
  channelId: string
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
const none = (): Variables => ({})
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
    lines: { everything: 'forbidden forbidden forbidden forbidden forbidden yes yes' },
  },
  'Query.sections': { asks: 'operator', variables: none, lines: { everything: all } },
  // Lists show what one may see and nothing else: sight.test.ts.
  'Query.chats': { asks: 'operator', variables: () => ({ section: 'new' }), lines: { everything: all } },
  'Query.chat': { asks: 'operator', variables: ({ chatId }) => ({ id: chatId }), lines: seen },
  'Query.message': { asks: 'operator', variables: ({ messageId }) => ({ id: messageId }), lines: seen },
  'Query.customer': { asks: 'operator', variables: ({ customerId }) => ({ id: customerId }), lines: seen },

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
  'Mutation.transferChat': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, groups }) => ({ chatId, groupId: groups.there, comment: 'He asks for an invoice.' }),
    lines: servedOpen,
  },
  'Mutation.closeChat': { asks: 'operator', changes: true, variables: chat, lines: served },
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
  'Mutation.sendMessage': {
    asks: 'operator',
    changes: true,
    variables: ({ chatId, word }) => ({ input: { chatId, clientId: word, text: 'Yes, two are left.' } }),
    lines: servedOpen,
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
  'Mutation.updateCustomer': {
    asks: 'operator',
    changes: true,
    variables: ({ customerId, word }) => ({ customerId, name: word, phone: '' }),
    lines: seen,
  },
  'Mutation.blockIdentity': {
    asks: 'operator',
    changes: true,
    variables: ({ identityId }) => ({ identityId, reason: 'Abuse.' }),
    lines: {
      queued: '    forbidden missing   missing   yes     missing     yes        yes',
      held: '      forbidden missing   forbidden yes     missing     yes        yes',
      closed: '    forbidden missing   forbidden yes     missing     yes        yes',
      elsewhere: ' missing   forbidden missing   missing yes         yes        yes',
      free: '      forbidden forbidden forbidden yes     yes         yes        yes',
      alone: '     missing   missing   forbidden missing missing     yes        yes',
    },
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

  // What a follower hears, event by event: rights-feed.test.ts.
  'Subscription.feed': { asks: 'operator', variables: none, lines: { everything: all } },
}

/** The visitors' schema: a visitor has his own chat, everybody else has nothing. */
export const visitorMatrix: Record<string, { asks: 'anyone' | 'visitor' }> = {
  'Query.site': { asks: 'anyone' },
  'Query.visitor': { asks: 'anyone' },
  'Mutation.startVisitor': { asks: 'anyone' },
  'Mutation.sendMessage': { asks: 'visitor' },
  'Mutation.acknowledge': { asks: 'visitor' },
  'Mutation.setTyping': { asks: 'visitor' },
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
