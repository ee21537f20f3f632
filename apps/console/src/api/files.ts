import { hubHeaders } from './client.ts'
import type { DoorRefusal } from './door.ts'
import type { MessageFile } from './fragments.ts'

/** A file the hub has taken, not yet part of a message; the hub forgets it after an hour. */
export type UploadedFile = Pick<MessageFile, 'id' | 'name' | 'mime' | 'size' | 'kind'> & {
  width?: number | null
  height?: number | null
}
export type UploadOutcome = { ok: true; file: UploadedFile } | { ok: false; refusal: DoorRefusal | null }
export interface Upload {
  done: Promise<UploadOutcome>
  cancel: () => void
}

/** Hands a file to the hub; `progress` hears the share that has gone out, 0 to 1. XMLHttpRequest, because fetch tells no progress. */
export function uploadFile(file: File, progress: (share: number) => void): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<UploadOutcome>((resolve) => {
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onload = () => resolve(outcomeOf(request))
    request.onerror = () => resolve({ ok: false, refusal: null })
    request.onabort = () => resolve({ ok: false, refusal: null })
  })
  const form = new FormData()
  form.append('file', file)
  request.open('POST', '/files')
  request.responseType = 'json'
  for (const [name, value] of Object.entries(hubHeaders())) request.setRequestHeader(name, value)
  request.send(form)
  return { done, cancel: () => request.abort() }
}

function outcomeOf(request: XMLHttpRequest): UploadOutcome {
  if (request.status === 201) return { ok: true, file: request.response as UploadedFile }
  return { ok: false, refusal: request.response as DoorRefusal | null }
}
