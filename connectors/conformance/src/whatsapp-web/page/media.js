import { Model } from './models.js'

const objects = new Map()
const base64 = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''))
const random = (length) => crypto.getRandomValues(new Uint8Array(length))

class OpaqueData {
  static async createFromData(blob, type) {
    return Object.assign(new OpaqueData(), { blob, type })
  }

  url() {
    return URL.createObjectURL(this.blob)
  }

  autorelease() {}

  formData() {
    return this.blob
  }
}

function kindOf(mime, { asDocument, asSticker, isPtt }) {
  if (asDocument) return 'document'
  if (asSticker) return 'sticker'
  return isPtt ? 'ptt' : (/^(image|video|audio)\//.exec(mime)?.[1] ?? 'document')
}

function prepRawMedia(data, wishes) {
  return {
    async waitForPrep() {
      const bytes = await data.blob.arrayBuffer()
      const filehash = base64(await crypto.subtle.digest('SHA-256', bytes))
      const type = kindOf(data.type, wishes)
      const described = {
        type,
        mimetype: data.type,
        size: bytes.byteLength,
        filehash,
        isGif: Boolean(wishes.asGif),
        filename: data.blob.name,
      }
      objects.set(filehash, { type, filehash, size: bytes.byteLength, contentInfo: {}, consolidate() {}, blob: data.blob })
      const prepared = new Model({ ...described, preview: undefined })
      // Held beside the description, which is told to others.
      Object.defineProperty(prepared, 'mediaBlob', { value: data, writable: true, enumerable: false })
      prepared.toJSON = () => described
      return prepared
    },
  }
}

async function uploadMedia({ mediaObject }) {
  const answer = await fetch('/mms/upload', { method: 'POST', body: mediaObject.blob })
  if (!answer.ok) throw new Error(`upload failed ${answer.status}`)
  const { path } = await answer.json()
  const url = location.origin + path
  const keys = { mediaKey: base64(random(32)), mediaKeyTimestamp: Math.floor(Date.now() / 1000) }
  const hashes = { encFilehash: mediaObject.filehash, uploadHash: mediaObject.filehash }
  return { mediaEntry: { mmsUrl: url, directPath: path, deprecatedMms3Url: url, ...keys, ...hashes } }
}

async function downloadAndMaybeDecrypt({ directPath }) {
  const answer = await fetch(directPath)
  if (!answer.ok) throw Object.assign(new Error(`media ${answer.status}`), { status: answer.status })
  return answer.arrayBuffer()
}

export const mediaModules = {
  WAWebMediaOpaqueData: OpaqueData,
  WAWebPrepRawMedia: { prepRawMedia },
  WAWebMediaStorage: { getOrCreateMediaObject: (hash) => objects.get(hash) },
  WAWebMmsMediaTypes: { msgToMediaType: ({ type }) => type, castToV4: (type) => type },
  WAWebMediaDataUtils: { shouldUseMediaCache: () => false },
  WAWebMediaInMemoryBlobCache: { InMemoryMediaBlobCache: { put() {} } },
  WAWebMediaMmsV4Upload: { uploadMedia },
  WAWebDownloadManager: { downloadManager: { downloadAndMaybeDecrypt } },
  WABase64: { encodeB64: base64 },
}
