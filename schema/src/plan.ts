import type { Capabilities, OutboundMessage, Plan, PlannedPart, SendFailure, StoredFile } from './connector.ts'
import { splitText } from './split.ts'
import { groupsWithin } from './together.ts'
import type { MediaKind } from './vocabulary.ts'

const MB = 1024 * 1024

interface Ways {
  /** Whether the platform takes this as what a button answers; without it, any. */
  payloadFits?(payload: string): boolean
}

/**
 * The parts of a message for a platform that takes one text or one file at a time, or several files that are small enough together: the
 * text, in as many pieces as it needs, then the files, or, where it has buttons, the other way round; a text that fits is the caption of the first file, where files have captions. Pure and deterministic.
 */
export function planParts(message: OutboundMessage, can: Capabilities, ways: Ways = {}): Plan {
  const files = message.files ?? []
  const { thread, to, replyTo, template } = message
  if (template)
    return can.templates
      ? { parts: [{ thread, to, content: { type: 'template', template } }], warnings: [] }
      : { refusal: { code: 'unsupported', message: 'There are no templates here.' } }
  const refusal = files.map((file) => refusalOf(file, can)).find((found) => found !== undefined)
  if (refusal) return { refusal }
  const { text, buttons, warnings } = withButtons(message, can, ways)
  if (!files.length && !text.trim()) return { refusal: { code: 'content_rejected', message: 'A message needs text or a file.' } }
  const [first] = files
  const caption = first && !buttons && isCaption(text, first, can) ? text : undefined
  const texts = caption === undefined && text.trim() ? splitText(text, can.text.max, can.text.unit) : []
  if (texts.length > 1) warnings.push('split')
  const groups = groupsWithin(files, can.together)
  if (can.together && groups.length > 1) warnings.push('files_split')
  const said = texts.map((piece, n) => ({ type: 'text' as const, text: piece, ...(buttons && n === texts.length - 1 && { buttons }) }))
  const contents: PlannedPart['content'][] = [
    ...(buttons ? [] : said),
    ...groups.flatMap(([file, ...more], n) =>
      !file
        ? []
        : {
            type: 'media' as const,
            kind: mediaKindOf(file, can) ?? ('file' as const),
            file,
            ...(more.length > 0 && { more }),
            ...(n === 0 && caption !== undefined && { caption }),
          },
    ),
    // Some platforms take buttons away as soon as something stands below them.
    ...(buttons ? said : []),
  ]
  return { parts: contents.map((content, n) => ({ thread, to, content, ...(n === 0 && replyTo && { replyTo }) })), warnings }
}

/** The first kind, in the order of the capabilities, that takes this type and size; what is too large for its own goes as a plain file. */
export function mediaKindOf(file: Pick<StoredFile, 'mime' | 'size'>, can: Capabilities): MediaKind | undefined {
  return kindsOfType(file, can).find((kind) => file.size <= (can.media[kind]?.maxBytes ?? 0))
}

const kindsOfType = ({ mime }: Pick<StoredFile, 'mime'>, can: Capabilities): MediaKind[] => {
  const type = mime.split(';')[0]?.trim().toLowerCase() ?? ''
  const takes = (patterns: string[]) =>
    patterns.some((one) => (one.endsWith('/*') ? one === '*/*' || type.startsWith(one.slice(0, -1)) : one === type))
  const kinds = (Object.keys(can.media) as MediaKind[]).filter((kind) => takes(can.media[kind]?.mime ?? []))
  // Where everything may go as a file, it does so only when nothing else takes it.
  return kinds.toSorted((a, b) => Number(a === 'file') - Number(b === 'file'))
}

/** Whether the text goes with the file, in the same message of the platform. */
export function isCaption(text: string, file: Pick<StoredFile, 'mime' | 'size'>, can: Capabilities): boolean {
  return text.trim() !== '' && text.length <= (can.media[mediaKindOf(file, can) ?? 'file']?.caption ?? 0)
}

/** Why the platform takes this file as nothing at all: it is empty, of a type that cannot be sent, or larger than `maxBytes`. */
export function faultOf(
  file: Pick<StoredFile, 'mime' | 'size'>,
  can: Capabilities,
): { fault: 'empty' | 'type' } | { fault: 'size'; maxBytes: number } | undefined {
  if (file.size === 0) return { fault: 'empty' }
  if (mediaKindOf(file, can)) return undefined
  const maxBytes = Math.max(0, ...kindsOfType(file, can).map((kind) => can.media[kind]?.maxBytes ?? 0))
  return maxBytes === 0 ? { fault: 'type' } : { fault: 'size', maxBytes }
}

function refusalOf(file: StoredFile, can: Capabilities): SendFailure | undefined {
  const found = faultOf(file, can)
  if (!found) return undefined
  if (found.fault === 'size') return { code: 'too_large', message: `${file.name} is larger than ${found.maxBytes / MB} MB.` }
  return found.fault === 'empty'
    ? { code: 'content_rejected', message: `${file.name} is empty.` }
    : { code: 'unsupported', message: `${file.name}: files of this type cannot be sent here.` }
}

/** Whether the platform has buttons, so many, and as long as these. */
export const buttonsFit = (labels: string[], { buttons }: Pick<Capabilities, 'buttons'>): boolean =>
  buttons !== null && labels.length <= buttons.max && labels.every((label) => label.length <= buttons.labelMax)

/** What stands in the place of buttons where there are none: a number can be answered. */
export const buttonLines = (text: string, labels: string[]): string =>
  [text, ...labels.map((label, n) => `${n + 1}. ${label}`)].filter(Boolean).join('\n')

/** Buttons the platform would refuse become lines of the text. */
function withButtons(message: OutboundMessage, can: Capabilities, { payloadFits = () => true }: Ways) {
  const text = message.text ?? ''
  const buttons = message.buttons ?? []
  const warnings: string[] = []
  if (!buttons.length) return { text, warnings }
  const labels = buttons.map(({ label }) => label)
  const fit = buttonsFit(labels, can) && buttons.every(({ payload }) => payloadFits(payload))
  if (fit && text.trim()) return { text, buttons, warnings }
  return { text: buttonLines(text, labels), warnings: ['buttons_as_text'] }
}
