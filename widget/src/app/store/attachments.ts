import { limits } from '@parley/schema/vocabulary'
import type { Answer } from '../net/hub.ts'
import type { File as SentFile } from '../types.ts'

/** A file that is on its way to the hub or waits there for its message. */
export interface Staged {
  key: number
  name: string
  /** Share that has arrived, from 0 to 1. */
  share: number
  /** Present when the hub has it. */
  sent?: SentFile
}

/** Why a file was not taken; `words` are the hub's own, if it had any. */
export interface Problem {
  kind: 'tooBig' | 'empty' | 'tooMany' | 'uploadFailed' | 'uploadRefused'
  name: string
  words?: string | undefined
}

export interface Picked {
  name: string
  size: number
}

export interface AttachmentOptions<File extends Picked> {
  /** Bytes. */
  maxBytes(): number
  upload(file: File, progress: (share: number) => void): { done: Promise<Answer<SentFile>>; cancel(): void }
  /** Once more, if he has signed in meanwhile. */
  again(bring: () => Promise<Answer<SentFile>>): Promise<Answer<SentFile>>
  changed(): void
}

/** The files of the message that is being written. */
export function createAttachments<File extends Picked>({ maxBytes, upload, again, changed }: AttachmentOptions<File>) {
  let staged: Staged[] = []
  let problems: Problem[] = []
  const cancels = new Map<number, () => void>()
  let count = 0

  function update(key: number, change: Partial<Staged>) {
    staged = staged.map((file) => (file.key === key ? { ...file, ...change } : file))
    changed()
  }

  function remove(key: number) {
    staged = staged.filter((file) => file.key !== key)
    const cancel = cancels.get(key)
    cancels.delete(key)
    cancel?.()
    changed()
  }

  async function bring(file: File): Promise<void> {
    const key = ++count
    staged = [...staged, { key, name: file.name, share: 0 }]
    const answer = await again(() => {
      const { done, cancel } = upload(file, (share) => update(key, { share }))
      cancels.set(key, cancel)
      return done
    })
    // Gone from the list: the visitor changed his mind.
    if (!cancels.delete(key)) return
    if (answer.kind === 'done') return update(key, { share: 1, sent: answer.data })
    const refused = answer.kind === 'refused'
    problems = [
      ...problems,
      { kind: refused ? 'uploadRefused' : 'uploadFailed', name: file.name, words: refused ? answer.refusal?.message : undefined },
    ]
    remove(key)
  }

  return {
    list: () => staged,
    problems: () => problems,
    ready: () => staged.every((file) => file.sent),
    remove,
    /** Takes what may be taken and says of the rest why not. */
    add(files: File[]) {
      problems = []
      for (const file of files) {
        const kind =
          staged.length >= limits.messageFiles ? 'tooMany' : file.size > maxBytes() ? 'tooBig' : file.size === 0 ? 'empty' : undefined
        if (!kind) void bring(file)
        // However many are too many, it is said once.
        else if (kind !== 'tooMany' || !problems.some((problem) => problem.kind === kind)) problems.push({ kind, name: file.name })
      }
      changed()
    },
    /** The uploaded files, which now belong to a message. */
    take(): SentFile[] {
      const files = staged.flatMap((file) => file.sent ?? [])
      staged = []
      problems = []
      changed()
      return files
    },
  }
}

export type Attachments = ReturnType<typeof createAttachments<globalThis.File>>
