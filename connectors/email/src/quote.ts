/** The line with which a program announces what it quotes: "On Monday, Ana wrote:", in the languages customers write. */
const announcements = [
  /^-{2,}\s*(Original Message|Forwarded message|Mensagem original|Mensaje original|Исходное сообщение|Пересылаемое сообщение)\s*-{2,}$/i,
  /^On\b.{5,200}\bwrote:$/,
  /^(Em|No dia)\b.{5,200}\bescreveu:$/i,
  /^El\b.{5,200}\bescribió:$/i,
  /^.{5,200}\s(пишет|написала?|писала?|написал\(а\))\s*:$/i,
  /^.{5,200}<[^<>\s]+@[^<>\s]+>:$/,
  /^(Le)\b.{5,200}\ba écrit\s*:$/i,
  /^Am\b.{5,200}\bschrieb\b.{0,100}:$/i,
]
/** The block Outlook puts before what it quotes: two of its fields in a row. */
const field =
  /^\*?(From|De|От|От кого|Sent|Enviado|Enviado el|Enviada em|Отправлено|Date|Data|Fecha|Дата|To|Para|Кому|Subject|Assunto|Asunto|Тема)\*?:\s*\S/i
const rule = /^_{10,}$/

/**
 * Cuts off what is quoted at the end: `text` is what was written this time. Nothing is lost: what is cut off is `quoted`.
 * A letter in which nothing but quotes is left, or that answers between the lines, stays whole.
 */
export function foldQuotes(whole: string): { text: string; quoted?: string } {
  const lines = whole.split('\n')
  const cut = cutOf(lines)
  if (cut === undefined) return { text: whole }
  const text = lines.slice(0, cut).join('\n').replace(/\s+$/, '')
  if (!text.trim()) return { text: whole }
  return { text, quoted: lines.slice(cut).join('\n').replace(/^\n+/, '').replace(/\s+$/, '') }
}

function cutOf(lines: string[]): number | undefined {
  for (let at = 0; at < lines.length; at++) {
    // What is announced in two lines, as long ones are broken.
    const here = (lines[at] ?? '').trim()
    const both = `${here} ${(lines[at + 1] ?? '').trim()}`
    const announced = announcements.some((one) => one.test(here))
    const broken = !announced && !lines[at + 1]?.startsWith('>') && announcements.some((one) => one.test(both))
    if ((announced || broken) && onlyQuotes(lines, at + (broken ? 2 : 1))) return at
    if (isOutlook(lines, at)) return at
  }
  return trailing(lines)
}

/** After an announcement come quotes and nothing new: answers between them stay. Who quotes without marks writes all below it. */
function onlyQuotes(lines: string[], from: number): boolean {
  const rest = lines.slice(from).filter((line) => line.trim())
  return !rest[0]?.startsWith('>') || rest.every((line) => line.startsWith('>'))
}

function isOutlook(lines: string[], at: number): boolean {
  const start = rule.test((lines[at] ?? '').trim()) ? at + 1 : at
  const block = lines
    .slice(start, start + 6)
    .map((line) => line.trim())
    .filter(Boolean)
  return (
    block.length >= 3 && field.test(block[0] ?? '') && /^\*?(From|De|От|От кого)\*?:/i.test(block[0] ?? '') && field.test(block[1] ?? '')
  )
}

/** Quotes at the very end that nobody announced. */
function trailing(lines: string[]): number | undefined {
  let at = lines.length
  while (at > 0 && (!(lines[at - 1] ?? '').trim() || lines[at - 1]?.startsWith('>'))) at--
  return lines.slice(at).some((line) => line.startsWith('>')) ? at : undefined
}
