import { limits } from '@parley/schema/vocabulary'
import type { Attachments, Problem } from '../store/attachments.ts'
import { Icon } from './Icon.tsx'
import { useUi } from './ui.ts'

/** The files of the message being written, how far they are, and what was wrong with others. */
export function StagedFiles({ attachments }: { attachments: Attachments }) {
  const { chat, say, format } = useUi()

  function wordsOf({ kind, name, words }: Problem): string {
    if (kind === 'tooBig') return say(kind, { name, size: format.size(chat.store.get().site?.maxFileBytes ?? 0) })
    if (kind === 'tooMany') return say(kind, { count: limits.messageFiles })
    return [say(kind, { name }), words].filter(Boolean).join(' ')
  }

  return (
    <>
      {attachments.list().length > 0 && (
        <ul class="staged">
          {attachments.list().map(({ key, name, share, sent }) => (
            <li key={key}>
              <Icon name="file" />
              <span class="name" dir="auto">
                {name}
              </span>
              {!sent && <progress max={1} value={share} aria-label={say('uploading', { name, share: Math.round(share * 100) })} />}
              <button
                type="button"
                class="plain"
                aria-label={say('removeFile', { name })}
                title={say('removeFile', { name })}
                onClick={() => attachments.remove(key)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div role="alert">
        {attachments.problems().map((problem) => (
          <p class="fault" key={problem.name}>
            {wordsOf(problem)}
          </p>
        ))}
      </div>
    </>
  )
}
