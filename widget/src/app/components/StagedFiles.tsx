import { limits } from '@parley/schema/vocabulary'
import type { Attachments, Problem } from '../store/attachments.ts'
import { type WordKey, word } from '../text/words.ts'
import { Icon, IconButton } from './Icon.tsx'
import { useUi } from './ui.ts'

const problems: Record<Problem['kind'], WordKey> = {
  tooBig: word('tooBig'),
  empty: word('empty'),
  tooMany: word('tooMany'),
  uploadFailed: word('uploadFailed'),
  uploadRefused: word('uploadRefused'),
}

/** The files of the message being written, how far they are, and what was wrong with others. */
export function StagedFiles({ attachments }: { attachments: Attachments }) {
  const { chat, say, format } = useUi()

  function wordsOf({ kind, name, words }: Problem): string {
    const word = problems[kind]
    const size = format.size(chat.store.get().site?.maxFileBytes ?? 0)
    return [say(word, { name, size, count: limits.messageFiles }), words].filter(Boolean).join(' ')
  }

  return (
    <div class="staging">
      <div role="alert">
        {attachments.problems().map((problem) => (
          <p class="fault">{wordsOf(problem)}</p>
        ))}
      </div>
      {attachments.list().length > 0 && (
        <ul class="staged">
          {attachments.list().map(({ key, name, share, sent }) => (
            <li key={key}>
              <Icon name="file" />
              <span class="name" dir="auto">
                {name}
              </span>
              {!sent && <progress max={1} value={share} aria-label={say('uploading', { name, share: Math.round(share * 100) })} />}
              <IconButton icon="close" says={say('removeFile', { name })} does={() => attachments.remove(key)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
