/** What the page told, cut down to what is read of it: keys of media and the like stay in the browser. */
export type Heard =
  | { k: 'message'; m: Told; who?: Who; partKey?: string }
  | { k: 'edit'; m: Told; who?: Who; text: string }
  | { k: 'removal'; m: Told; who?: Who }
  | { k: 'receipt'; m: Told; who?: Who; ack: number; partKey?: string }
  | { k: 'reaction'; m: Told; who?: Who; own: string; from: string; emoji: string; at: number }

/** The other side of the chat by both of its names; either may be unknown. */
export interface Who {
  phone?: string
  lid?: string
}

/** A message as WhatsApp's page describes it. Anything may be missing or of another kind: the page changes monthly. */
export type Told = Record<string, unknown>

const kept = [
  ...['id', 'from', 'to', 'author', 'body', 'caption', 'type', 't', 'ack', 'notifyName', 'chatTitle', 'isStatusV3', 'subtype'],
  ...['directPath', 'mimetype', 'filename', 'size', 'duration', 'width', 'height', 'latestEditSenderTimestampMs'],
  ...['quotedStanzaID', 'parentMsgKey', 'associationType', 'lat', 'lng', 'loc', 'vcardFormattedName', 'vcardList', 'ctwaContext'],
]

export function cutDown(message: Told): Told {
  const told = Object.fromEntries(kept.filter((name) => message[name] !== undefined).map((name) => [name, message[name]]))
  // The body of a picture is a small copy of it.
  if (told.directPath) return { ...told, directPath: true, body: undefined }
  return told
}
