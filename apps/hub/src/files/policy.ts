import type { MediaKind } from '@parley/schema/vocabulary'

/** What a use of files takes: exact types or `group/*`. */
export type FilePolicy = readonly string[]

/** Pictures a browser shows and no script lives in. */
const pictureTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'] as const

/** Anything; what could act in a browser is kept as `application/octet-stream`. For what platforms bring and operators send. */
export const anyFile: FilePolicy = ['*/*']

/** Logos, avatars: pictures only. */
export const picturesOnly: FilePolicy = [...pictureTypes]

/** What an unknown visitor of a website may send. */
// biome-ignore format: a list
export const visitorFiles: FilePolicy = [
  'image/*', 'audio/*', 'video/*', 'text/plain', 'text/csv', 'application/pdf', 'application/rtf', 'application/zip', 'application/x-cfb',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.spreadsheet', 'application/vnd.oasis.opendocument.presentation',
]

export function permits(policy: FilePolicy, mime: string): boolean {
  const group = `${mime.split('/')[0]}/*`
  return policy.some((each) => each === mime || each === group || each === '*/*')
}

/** Whether a person would look at it, play it or save it. Voice notes and stickers are told by their platform, not by their bytes. */
export function mediaKind(mime: string): MediaKind {
  if (pictureTypes.some((each) => each === mime)) return 'image'
  if (mime.startsWith('video/')) return 'video'
  if (mime.startsWith('audio/')) return 'audio'
  return 'file'
}
