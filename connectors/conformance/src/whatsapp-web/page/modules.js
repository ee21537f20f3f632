import { mediaModules } from './media.js'
import { Collection, createWid, MsgKey } from './models.js'
import {
  addContact,
  Cmd,
  Conn,
  calls,
  chatOf,
  chats,
  contacts,
  importMessage,
  me,
  messages,
  offline,
  reactions,
  Socket,
  sendMessage,
  wire,
} from './state.js'

const key = (name) => Array.from(name.padEnd(32, '.'), (letter) => letter.charCodeAt(0))
const member = (name) => (contact) => contact[name]
const linksIn = (text) => [...String(text ?? '').matchAll(/https?:\/\/\S+/g)].map(([href]) => ({ href, suspiciousCharacters: new Set() }))

/** People go by two names. */
const contactOf = (wid) => contacts.get(wid) ?? contacts.getModelsArray().find(({ lid }) => lid === wid._serialized)

async function exists(wid) {
  const { contact } = await wire.ask('contact.exists', { id: wid._serialized })
  return contact && addContact(contact)
}

async function findOrCreateLatestChat(wid) {
  const known = chats.get(wid)
  if (known) return { chat: known }
  if (!wid.isGroup() && !contacts.get(wid) && !(await exists(wid))) throw new Error('No LID for user')
  return { chat: chatOf(wid) }
}

async function loadEarlierMsgs({ chat }) {
  const first = chat.msgs.getModelsArray()[0]
  const earlier = await wire.ask('history.before', { chat: chat.id._serialized, before: first?.id._serialized })
  return earlier.filter(({ id }) => !messages.get(id)).map((message) => importMessage(message))
}

const login = {
  WAWebSocketModel: { Socket },
  WAWebCmd: { Cmd },
  WAWebConnModel: { Conn },
  WAWebOfflineHandler: { OfflineMessageHandler: offline },
  WAWebMiscBrowserUtils: { info: () => ({ os: 'Linux', name: 'Chrome' }) },
  WAWebAltDeviceLinkingApi: {
    setPairingType() {},
    async initializeAltDeviceLinking() {},
    async initializeQRLinking() {},
    startAltLinkingFlow: (phone) => wire.ask('pair.code', { phone }),
  },
  WAWebLaunchSocketUtils: { refreshQR: () => Cmd.refreshQR() },
  WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
  WAWebAdvSignatureApi: {},
  WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: key('noise') } }) } },
  WAWebSignalStoreApi: { waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: key('identity') } }) } },
  WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'advertised' },
  WAWebUserPrefsMeUser: { getMaybeMePnUser: () => me.phone, getMaybeMeLidUser: () => me.lid },
  WAWebSyncGatingUtils: {},
  WAWebBackendJobsCommon: { mediaTypeFromProtobuf: () => null },
  WAWebE2EProtoUtils: { typeAttributeFromProtobuf: () => 'text' },
}

const collections = {
  WAWebCollections: {
    Msg: messages,
    Chat: chats,
    Contact: contacts,
    Blocklist: new Collection(),
    BusinessProfile: { find: async () => ({}) },
    GroupMetadata: { update: async () => {} },
  },
  WAWebCallCollection: calls,
  WAWebAddonReactionTableMode: { reactionTableMode: reactions },
  WAWebAddonPollVoteTableMode: { pollVoteTableMode: { bulkUpsert() {} } },
  WAWebNonMessageDataRequestPlaceholderMessageResendUtils: {
    handlePlaceholderMsgsSeen: (list) => wire.ask('msg.resend', { ids: list.map(({ id }) => id._serialized) }),
  },
  WAWebChatLoadMessages: { loadEarlierMsgs },
  WAWebFindChatAction: { findOrCreateLatestChat },
  WAWebChatGetters: { getIsNewsletter: ({ id }) => id.server === 'newsletter', getIsBroadcast: ({ id }) => id.server === 'broadcast' },
}

const sending = {
  WAWebWidFactory: { createWid, createWidFromWidLike: createWid, asUserWidOrThrow: createWid },
  WAWebMsgKey: MsgKey,
  WALinkify: { findLinks: linksIn, findLink: (text) => linksIn(text)[0] },
  WAWebStreamModel: { Stream: { markAvailable() {}, markUnavailable() {} } },
  WAWebUpdateUnreadChatAction: {
    async sendSeen({ chat }) {
      await wire.ask('chat.seen', { chat: chat.id._serialized })
      chat.set('unreadCount', 0)
    },
  },
  WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
  WAWebLinkPreviewChatAction: { getLinkPreview: async () => null },
  WAWebVcardParsingUtils: { parseVcard: () => null },
  WAWebMsgReply: { canReplyMsg: () => true },
  WAWebSendMsgChatAction: { addAndSendMsgToChat: sendMessage },
  WAWebSendMessageEditAction: {
    async sendMessageEdit(message, body) {
      await wire.ask('msg.edit', { id: message.id._serialized, body })
      message.set('body', body)
    },
  },
  WAWebSendReactionMsgAction: { sendReactionToMsg: (message, text) => wire.ask('msg.react', { id: message.id._serialized, text }) },
  WAWebMsgActionCapability: {
    canSenderRevokeMsg: ({ id }) => id.fromMe,
    canAdminRevokeMsg: () => false,
    canEditText: ({ id, type }) => id.fromMe && type === 'chat',
    canEditCaption: () => false,
    canStarMsg: () => false,
  },
  WAWebChatStateBridge: Object.fromEntries(
    Object.entries({ sendChatStateComposing: true, sendChatStatePaused: false, sendChatStateRecording: true }).map(([name, on]) => [
      name,
      (wid) => wire.ask('typing', { chat: wid._serialized, on }),
    ]),
  ),
  WAWebPresenceChatAction: { sendPresenceAvailable: () => true, sendPresenceUnavailable: () => true },
}

const people = {
  WAWebQueryExistsJob: {
    async queryWidExists(wid) {
      const contact = await exists(wid)
      return contact ? { wid: contact.id } : null
    },
  },
  WAWebApiContact: {
    getCurrentLid(wid) {
      const lid = contactOf(wid)?.lid
      return lid && createWid(lid)
    },
    getPhoneNumber: (wid) => contactOf(wid)?.phoneNumber,
    getAlternateUserWid: () => undefined,
  },
  WAWebContactProfilePicThumbBridge: { requestProfilePicFromServer: async () => undefined },
  WAWebContactGetters: {
    getIsMe: ({ id }) => id.equals(me.phone),
    getIsUser: ({ id }) => id.isUser(),
    getIsGroup: ({ id }) => id.isGroup(),
    getIsWAContact: () => true,
    getUserid: ({ phoneNumber, id }) => (phoneNumber ?? id).user,
    getVerifiedName: member('verifiedName'),
    getVerifiedLevel: member('verifiedLevel'),
    getStatusMute: () => false,
    getName: member('name'),
    getShortName: member('shortName'),
    getPushname: member('pushname'),
    getIsEnterprise: () => false,
  },
  WAWebFrontendContactGetters: { getIsMyContact: ({ name }) => Boolean(name) },
  WAWebLidMigrationUtils: { toPn: () => undefined },
}

/** What the library may ask of the page; anything else fails, and is told to the stand-in. */
export const modules = { ...login, ...collections, ...sending, ...people, ...mediaModules }
