import type { Client } from 'whatsapp-web.js'

type Page = NonNullable<Client['pupPage']>

/** The parts of WhatsApp's page, and of what the library adds to it, that are used beside the library's own calls. */
interface PageWindow {
  require(name: 'WAWebSocketModel'): { Socket: { hasSynced: boolean } }
  require(name: 'WAWebCmd'): { Cmd: { refreshQR(): void } }
  require(name: 'WAWebMsgKey'): { newId(): Promise<string> }
  require(name: 'WAWebCollections'): { Chat: { getModelsArray(): { id: { _serialized: string }; t?: number }[] }; Msg: Messages }
  require(name: 'WAWebDownloadManager'): { downloadManager: { downloadAndMaybeDecrypt(what: object): Promise<ArrayBuffer> } }
  onAppStateHasSyncedEvent?(): void
  WWebJS: { mediaInfoToFile(info: { data: string; mimetype: string; filename: string }): File }
  parley?: { ids: string[]; files: Map<string, File>; media: Map<string, Blob> }
}
interface Messages {
  get(id: string): PageMessage | undefined
  getMessagesById(ids: string[]): Promise<{ messages?: PageMessage[] } | undefined>
}
interface PageMessage {
  directPath?: string
  mediaData?: { mediaStage: string }
  mimetype?: string
  filename?: string
  size?: number
  downloadMedia(how: object): Promise<void>
  [more: string]: unknown
}

/** The library misses a sync that ends before it listens, and then is never ready. */
export const nudge = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const w = window as unknown as PageWindow
    if (w.require('WAWebSocketModel').Socket.hasSynced) w.onAppStateHasSyncedEvent?.()
  })

/** The library means to do this itself, and fails: it looks for the page's window in Node. */
export const refreshCode = (page: Page): Promise<void> =>
  page.evaluate(() => (window as unknown as PageWindow).require('WAWebCmd').Cmd.refreshQR())

/** Once per load: ids of messages and files come from us where there are some. */
export async function prepare(page: Page): Promise<void> {
  // Bundlers mark functions with their names, and the mark is not there where these functions go.
  await page.evaluate('globalThis.__name ??= (made) => made')
  await page.evaluate(() => {
    const w = window as unknown as PageWindow
    if (w.parley) return
    const mine = { ids: [] as string[], files: new Map<string, File>(), media: new Map<string, Blob>() }
    w.parley = mine
    const key = w.require('WAWebMsgKey')
    const newId = key.newId
    key.newId = async () => mine.ids.shift() ?? newId.call(key)
    const toFile = w.WWebJS.mediaInfoToFile
    w.WWebJS.mediaInfoToFile = (info) => {
      const file = mine.files.get(info.data)
      return file ? new File([file], info.filename, { type: info.mimetype }) : toFile(info)
    }
  })
}

/** The next message that is made gets this id. */
export const useId = (page: Page, id: string): Promise<void> =>
  page.evaluate((id) => {
    const { parley } = window as unknown as PageWindow
    if (parley) parley.ids = [id]
  }, id)

/** Hands a file of this machine to the page without reading it: through a field as a person would. */
export async function handFile(page: Page, path: string, name: string): Promise<() => Promise<void>> {
  const field = await page.evaluateHandle(() => {
    const input = document.createElement('input')
    input.type = 'file'
    return input
  })
  await field.uploadFile(path)
  await field.evaluate((input, name) => {
    const file = input.files?.[0]
    if (file) (window as unknown as PageWindow).parley?.files.set(name, file)
  }, name)
  return async () => {
    await page.evaluate((name) => void (window as unknown as PageWindow).parley?.files.delete(name), name)
    await field.dispose()
  }
}

export type Fetched = { size: number; mime?: string; name?: string } | { gone: string }

/** Lets the page fetch and decrypt a file; the bytes stay there, to be read by `readMedia`. */
export const fetchIntoPage = (page: Page, id: string): Promise<Fetched> =>
  page.evaluate(async (id) => {
    const w = window as unknown as PageWindow
    const { Msg } = w.require('WAWebCollections')
    const message = Msg.get(id) ?? (await Msg.getMessagesById([id]))?.messages?.[0]
    if (!message?.mediaData) return { gone: 'The device no longer has this message.' }
    if (message.mediaData.mediaStage === 'REUPLOADING') throw new Error('The phone is sending the file again.')
    if (message.mediaData.mediaStage !== 'RESOLVED') await message.downloadMedia({ downloadEvenIfExpensive: true, rmrReason: 1 })
    if (message.mediaData.mediaStage.includes('ERROR')) return { gone: 'WhatsApp no longer has this file.' }
    const quiet = { addAnnotations: () => quiet, addPoint: () => quiet }
    const { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type } = message
    try {
      const what = { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type, signal: new AbortController().signal }
      const bytes = await w.require('WAWebDownloadManager').downloadManager.downloadAndMaybeDecrypt({ ...what, downloadQpl: quiet })
      w.parley?.media.set(id, new Blob([bytes]))
      return { size: bytes.byteLength, mime: message.mimetype, name: message.filename }
    } catch (error) {
      if ((error as { status?: number }).status === 404) return { gone: 'WhatsApp no longer has this file.' }
      throw error
    }
  }, id)

const slice = 3 * 1024 * 1024

/** The bytes piece by piece, so that a large file is never whole in this process. */
export async function* readMedia(page: Page, id: string, size: number): AsyncGenerator<Buffer> {
  try {
    for (let from = 0; from < size; from += slice) {
      const piece = await page.evaluate(
        (id, from, to) => {
          const blob = (window as unknown as PageWindow).parley?.media.get(id)?.slice(from, to)
          return new Promise<string>((resolve, reject) => {
            const reader = new FileReader()
            reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '')
            reader.onerror = () => reject(reader.error)
            reader.readAsDataURL(blob ?? new Blob())
          })
        },
        id,
        from,
        from + slice,
      )
      yield Buffer.from(piece, 'base64')
    }
  } finally {
    await page.evaluate((id) => void (window as unknown as PageWindow).parley?.media.delete(id), id).catch(() => {})
  }
}

/** Chats with something newer than this, in seconds. */
export const chatsSince = (page: Page, seconds: number): Promise<string[]> =>
  page.evaluate(
    (seconds) =>
      (window as unknown as PageWindow)
        .require('WAWebCollections')
        .Chat.getModelsArray()
        .filter(({ t }) => (t ?? 0) >= seconds)
        .map(({ id }) => id._serialized),
    seconds,
  )
