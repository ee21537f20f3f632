import { Collection, createWid, Emitter, Model, MsgKey, plain } from './models.js'
import { store } from './store.js'
import { openWire } from './wire.js'

export const version = '2.3000.9000000001'

class Msg extends Model {
  get isNotification() {
    return this.type === 'notification_template' || this.type === 'gp2'
  }

  get mediaObject() {
    return this.directPath ? { type: this.type } : undefined
  }

  canReply() {
    return true
  }

  msgContextInfo() {
    return { quotedMsg: { body: this.body, type: this.type }, quotedStanzaID: this.id.id, quotedParticipant: this.from }
  }

  async downloadMedia() {
    this.mediaData = { mediaStage: 'RESOLVED' }
  }
}

class Messages extends Collection {
  async getMessagesById(ids) {
    const found = await wire.ask('history.byId', { ids })
    return { messages: found.map((message) => importMessage(message)) }
  }
}

class Chat extends Model {
  get msgs() {
    const here = () => messages.getModelsArray().filter(({ id }) => id.remote.equals(this.id))
    return {
      getModelsArray: here,
      get length() {
        return here().length
      },
      add: (message) => messages.add(message),
    }
  }

  get lastReceivedKey() {
    return this.msgs.getModelsArray().at(-1)?.id
  }

  serialize() {
    return { ...super.serialize(), msgs: [1] }
  }
}

class Calls extends Emitter {
  calls = new Map()
}

export const messages = new Messages()
export const chats = new Collection()
export const contacts = new Collection()
export const calls = new Calls()
export const me = { phone: null, lid: null }
export const modulesAsked = new Set()

export const Socket = Object.assign(new Model({ state: 'OPENING', stream: 'DISCONNECTED', hasSynced: false }), {
  logout: () => wire.ask('logout').then(loggedOut),
  takeover: () => Socket.set('state', 'CONNECTED'),
  reconnect: () => wire.close(),
})
export const Conn = new Model({ ref: '', platform: 'android', pushname: '', wid: null, phone: {}, connected: false })
export const offline = {
  percent: 0,
  getOfflineDeliveryProgress() {
    return this.percent
  },
}
export const reactions = { bulkUpsert() {} }

export const Cmd = Object.assign(new Emitter(), {
  refreshQR: () => wire.ask('qr.refresh'),
  sendRevokeMsgs: (_chat, { list }) =>
    Promise.all(list.map((one) => wire.ask('msg.revoke', { id: one.id._serialized }).then(() => one.set('type', 'revoked')))),
  sendDeleteMsgs: (_chat, { list }) => Promise.all(list.map(({ id }) => messages.remove(id))),
  openChatBottom() {},
  openDrawerMid() {},
  openChatAt() {},
  chatSearch() {},
})

export const wire = openWire({
  greet: async () => ({ creds: await store.get('creds'), version, modules: [...modulesAsked] }),
  hear: (op, data) => heard[op]?.(data),
  lost: () => {
    if (Socket.state === 'CONNECTED') Socket.set('state', 'TIMEOUT')
  },
})

function loggedOut() {
  Cmd.emit('logout')
  void store.clear()
  setTimeout(() => {
    location.href = '/?post_logout=1'
  }, 100)
}

/** Waits in the page until the servers have it: a lost connection sends it again, under the same id. */
const unsent = new Map()

export function sendMessage(chat, message) {
  const sent = new Msg(message)
  messages.add(sent)
  chat.t = message.t
  const wired = { ...plain(message), id: sent.id._serialized, from: sent.from._serialized, to: sent.to._serialized }
  for (const name of ['mediaBlob', 'preview', 'renderableUrl']) delete wired[name]
  const result = new Promise((resolve) => unsent.set(wired.id, { wired, sent, resolve }))
  trySend(wired.id)
  return [Promise.resolve(sent), result]
}

function trySend(id) {
  const one = unsent.get(id)
  wire.ask('msg.send', one.wired).then(
    ({ t }) => {
      unsent.delete(id)
      one.sent.t = t
      one.sent.set('ack', Math.max(1, one.sent.ack))
      one.resolve({ messageSendResult: 'OK', t })
    },
    (error) => {
      if (error.message === 'socket closed') return
      unsent.delete(id)
      one.sent.set('ack', -1)
      one.resolve({ messageSendResult: 'ERROR_NETWORK', error: String(error) })
    },
  )
}

const heard = {
  unpaired({ ref }) {
    Conn.set('ref', ref)
    Socket.set('state', 'UNPAIRED')
  },
  'qr.ref': ({ ref }) => Conn.set('ref', ref),
  'qr.idle': () => Socket.set('state', 'UNPAIRED_IDLE'),
  paired: ({ creds }) => store.set('creds', creds),
  connected({ account }) {
    me.phone = createWid(account.phone)
    me.lid = createWid(account.lid)
    Conn.set({ pushname: account.name, wid: me.phone, connected: true, ref: undefined })
    for (const contact of account.contacts) addContact(contact)
    for (const { id, t, title } of account.chats) chatOf(createWid(id), title).t = t
    Socket.set('state', 'CONNECTED')
    for (const id of unsent.keys()) trySend(id)
  },
  'sync.progress'({ percent }) {
    offline.percent = percent
    Cmd.emit('offline_progress_update_from_bridge')
  },
  'sync.done'() {
    if (Socket.hasSynced) Socket.emit('change:hasSynced', Socket, true)
    else Socket.set('hasSynced', true)
  },
  'msg.add': (message) => void importMessage(message, true),
  'msg.ack': ({ id, ack }) => messages.get(id)?.set('ack', ack),
  'msg.edit'({ id, body, at }) {
    const message = messages.get(id)
    // The page knows when it was changed before it tells that it was.
    message?.set('latestEditSenderTimestampMs', at)
    message?.set('body', body)
  },
  'msg.revoke': ({ id }) => messages.get(id)?.set('type', 'revoked'),
  'msg.decrypted'({ id, body, type }) {
    const message = messages.get(id)
    if (!message) return
    message.body = body
    message.set('type', type)
  },
  reaction({ id, parent, author, text, t }) {
    const told = { id: MsgKey.fromString(id), reactionParentKey: MsgKey.fromString(parent), author: createWid(author) }
    reactions.bulkUpsert([{ ...told, reactionText: text, reactionTimestamp: t * 1000, t }])
  },
  state: ({ state }) => Socket.set('state', state),
  logout: () => loggedOut(),
  contact: (contact) => void addContact(contact),
  /** The page stops answering, as a real one does now and then. */
  hang() {
    for (;;);
  },
}

export function addContact({ id, phone, name, ...more }) {
  const wid = createWid(id)
  const known = contacts.get(wid)
  if (known) {
    known.set({ pushname: name })
    return known
  }
  return contacts.add(new Model({ ...more, id: wid, pushname: name, phoneNumber: phone && createWid(phone), type: 'in' }))
}

export function chatOf(wid, title) {
  const attributes = { unreadCount: 0, t: 0, archive: false, pin: 0, isLocked: false, muteExpiration: 0 }
  const group = wid.isGroup() && { groupMetadata: new Model({ id: wid, participants: [], announce: false }) }
  return (
    chats.get(wid) ??
    chats.add(new Chat({ id: wid, formattedTitle: title ?? contacts.get(wid)?.pushname ?? wid.user, ...attributes, ...group }))
  )
}

export function importMessage(given, isNewMsg = false) {
  const known = messages.get(given.id)
  if (known) return known
  const id = MsgKey.fromString(given.id)
  const message = new Msg({
    ack: 0,
    star: false,
    broadcast: false,
    ...given,
    id,
    from: createWid(given.from),
    to: createWid(given.to),
    ...(given.author && { author: createWid(given.author) }),
    isNewMsg,
    ...(given.directPath && { mediaData: { mediaStage: given.mediaStage ?? 'INIT' } }),
  })
  const chat = chatOf(id.remote, given.chatTitle)
  chat.t = Math.max(chat.t, Number(given.t) || 0)
  messages.add(message)
  if (isNewMsg && !id.fromMe) chat.set('unreadCount', (chat.unreadCount ?? 0) + 1)
  return message
}
