import { parsed } from '../../shared/parsed.ts'
import type { File as SentFile } from '../types.ts'
import { type Answer, headersOf, read } from './hub.ts'

export interface Upload {
  done: Promise<Answer<SentFile>>
  cancel(): void
}

/** Brings one file to the hub. `progress` hears shares from 0 to 1. Uses XMLHttpRequest: fetch does not tell how far it is. */
export function upload(
  address: string,
  file: Blob,
  name: string,
  token: string,
  language: string,
  progress: (share: number) => void,
): Upload {
  const request = new XMLHttpRequest()
  const form = new FormData()
  form.append('file', file, name)
  const done = new Promise<Answer<SentFile>>((resolve) => {
    request.onload = () => resolve(reading(request))
    request.onerror = request.onabort = request.ontimeout = () => resolve({ kind: 'later' })
  })
  request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0)
  request.open('POST', address)
  request.timeout = 300_000
  for (const [header, value] of Object.entries(headersOf(token, language))) request.setRequestHeader(header, value)
  request.send(form)
  return { done, cancel: () => request.abort() }
}

function reading(request: XMLHttpRequest): Answer<SentFile> {
  const body = parsed(request.responseText)
  if (request.status === 201 || request.status === 200) return body ? { kind: 'done', data: body as SentFile } : { kind: 'later' }
  return read(request.status, body)
}
