import type { MediaKind } from '@parley/schema/vocabulary'
import type { Random } from './random.ts'
import type { Enclosure } from './scene.ts'

/** A file that somebody in the demo sends. */
export interface Enclosed {
  name: string
  mime: string
  kind: MediaKind
  bytes: Uint8Array
  width?: number
  height?: number
  durationMs?: number
  /** WebP; pictures only. */
  thumbnail?: Uint8Array
}
export type FileEnclosure = Exclude<Enclosure, 'place'>

const [width, height] = [720, 480]
const paints = ['#2563eb', '#dc2626', '#eab308', '#0f766e', '#7c3aed', '#334155']
const drawn = new Map<string, Promise<{ bytes: Uint8Array; thumbnail: Uint8Array }>>()

/** Pictures are drawn, papers and sounds written, so that the demo brings no files along. Each drawing is made once. */
export async function enclose(what: FileEnclosure, order: string, random: Random): Promise<Enclosed> {
  if (what === 'voice') return { name: 'voice.wav', mime: 'audio/wav', kind: 'voice', bytes: voice(), durationMs: voiceSeconds * 1000 }
  if (what === 'invoice') return { name: `bluebird-${order}.pdf`, mime: 'application/pdf', kind: 'file', bytes: paper(order) }
  const drawing = what === 'bike' ? bike(random.pick(paints)) : what === 'wheel' ? wheel : what === 'box' ? box : receipt
  const name = what === 'receipt' ? `receipt-${order}.png` : `IMG_${random.between(1_100, 9_800)}.png`
  return { name, mime: 'image/png', kind: 'image', width, height, ...(await draw(drawing)) }
}

function draw(drawing: string): Promise<{ bytes: Uint8Array; thumbnail: Uint8Array }> {
  const making = drawn.get(drawing) ?? render(drawing)
  drawn.set(drawing, making)
  return making
}

/** sharp is loaded with the first picture: a start that needs none does not wait for it. */
async function render(drawing: string) {
  const { default: sharp } = await import('sharp')
  const bytes = await sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${drawing}</svg>`,
    ),
  )
    .png({ palette: true })
    .toBuffer()
  return { bytes, thumbnail: await sharp(bytes).resize({ width: 480 }).webp({ quality: 80 }).toBuffer() }
}

const spokes = (x: number, y: number, radius: number) =>
  Array.from(
    { length: 14 },
    (_, n) => `M${x} ${y}l${(Math.cos((n * Math.PI) / 7) * radius).toFixed(1)} ${(Math.sin((n * Math.PI) / 7) * radius).toFixed(1)}`,
  ).join('')
const tyre = (x: number, y: number, radius: number) =>
  `<path d="${spokes(x, y, radius)}" stroke="#94a3b8" stroke-width="1.5"/><circle cx="${x}" cy="${y}" r="${radius}" fill="none" stroke="#1f2937" stroke-width="11"/><circle cx="${x}" cy="${y}" r="9" fill="#475569"/>`

const wall = (sky: string, floor: string) => `<rect width="720" height="480" fill="${sky}"/><path d="M0 395h720v85H0z" fill="${floor}"/>`

const bike = (paint: string): string => `${wall('#e7e2d8', '#c8b59a')}
  <path d="M0 130h720M0 262h720M180 0v130M540 0v130M360 130v132M90 262v133M620 262v133" stroke="#d9d2c4" stroke-width="3"/>
  <ellipse cx="360" cy="412" rx="290" ry="14" fill="#000" opacity=".13"/>${tyre(200, 310, 98)}${tyre(530, 310, 98)}
  <path d="M200 310l84-132h176l-128 132zM332 310l-56-166M460 178l70 132M460 178l-14-48" fill="none" stroke="${paint}" stroke-width="15" stroke-linejoin="round" stroke-linecap="round"/>
  <path d="M240 140h66q8 0 6 8l-26 6-44-4z" fill="#1f2937"/><path d="M446 130l44-8q22 2 18 26" fill="none" stroke="#1f2937" stroke-width="11" stroke-linecap="round"/>
  <circle cx="332" cy="310" r="25" fill="none" stroke="#1f2937" stroke-width="8"/><path d="M332 310l26 36M346 348h26" stroke="#1f2937" stroke-width="8" stroke-linecap="round"/>`

const wheel = `${wall('#cbd5e1', '#64748b')}<ellipse cx="360" cy="440" rx="190" ry="16" fill="#000" opacity=".2"/>
  <g transform="rotate(9 360 240) scale(1 .96)">${tyre(360, 250, 178)}</g>
  <path d="M360 250L338 20M360 250L404 20" stroke="#dc2626" stroke-width="17" stroke-linecap="round"/><path d="M318 92h104" stroke="#1f2937" stroke-width="22" stroke-linecap="round"/>
  <path d="M500 112q44 34 50 88" fill="none" stroke="#f97316" stroke-width="9" stroke-dasharray="18 14"/>`

const box = `${wall('#dfe7ec', '#9aa5b1')}<ellipse cx="368" cy="420" rx="270" ry="18" fill="#000" opacity=".18"/>
  <path d="M120 170l250-60 240 66-22 220-214 40-238-52z" fill="#b98a56"/><path d="M120 170l254 74 236-68M374 244l-2 192" fill="none" stroke="#8a6239" stroke-width="5"/>
  <path d="M230 144l250 68 40-12-246-66z" fill="#d9b98c"/><path d="M430 300l30 16-22 26 34 10-30 38 44 6" fill="none" stroke="#4a3218" stroke-width="7"/><path d="M588 300l-40 26 30 30-34 34 30 14z" fill="#4a3218" opacity=".75"/>
  <g stroke="#5b4021" stroke-width="7" fill="none"><path d="M180 250v60M164 268l16-20 16 20M226 264v60M210 282l16-20 16 20"/></g>`

const receipt = `<rect width="720" height="480" fill="#7a5c43"/><path d="M0 96h720M0 214h720M0 330h720" stroke="#6b4f39" stroke-width="4"/>
  <g transform="rotate(-5 360 240)"><path d="M210 20h300v430l-25-16-25 16-25-16-25 16-25-16-25 16-25-16-25 16-25-16-25 16-25-16-25 16z" fill="#fdfcf8"/>
  <path d="M300 66h120" stroke="#1f2937" stroke-width="16"/><g stroke="#94a3b8" stroke-width="8"><path d="M240 124h150M440 124h40M240 160h110M440 160h40M240 196h170M440 196h40M240 232h90M440 232h40"/></g>
  <path d="M240 270h240" stroke="#1f2937" stroke-width="3" stroke-dasharray="10 8"/><path d="M240 306h80M400 306h80" stroke="#1f2937" stroke-width="14"/>
  <path d="M250 350v50M260 350v50M272 350v50M279 350v50M294 350v50M302 350v50M318 350v50M330 350v50M336 350v50M352 350v50M366 350v50M372 350v50M388 350v50M402 350v50M410 350v50M424 350v50M436 350v50M444 350v50M460 350v50M470 350v50" stroke="#1f2937" stroke-width="5"/></g>`

const voiceSeconds = 3
const voiceRate = 8_000

let spoken: Uint8Array | undefined

/** A WAV of murmured syllables: somebody speaks, nobody understands. */
function voice(): Uint8Array {
  spoken ??= speak()
  return spoken
}

function speak(): Uint8Array {
  const samples = voiceSeconds * voiceRate
  const bytes = Buffer.alloc(44 + samples, 128)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + samples, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(voiceRate, 24)
  bytes.writeUInt32LE(voiceRate, 28)
  bytes.writeUInt16LE(1, 32)
  bytes.writeUInt16LE(8, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(samples, 40)
  for (let n = 0; n < samples; n++) bytes[44 + n] = 128 + Math.round(murmur(n / voiceRate) * 60)
  return bytes
}

function murmur(t: number): number {
  const syllable = Math.max(0, Math.sin(2 * Math.PI * (3.1 + Math.sin(t * 1.7)) * t)) ** 0.7 * (Math.sin(t * 2.1) > -0.8 ? 1 : 0)
  const pitch = 118 + 16 * Math.sin(t * 2.6)
  return syllable * [1, 0.55, 0.4, 0.3, 0.12].reduce((sum, loud, n) => sum + loud * Math.sin(2 * Math.PI * pitch * (n + 1) * t), 0) * 0.45
}

/** One page of PDF with the order on it. */
function paper(order: string): Uint8Array {
  const rule = '0.8 w 56 690 m 540 690 l S 56 560 m 540 560 l S'
  const content = `BT /F1 26 Tf 56 760 Td (Bluebird) Tj /F1 12 Tf 0 -30 Td (${order}) Tj ET ${rule} BT /F1 12 Tf 56 660 Td (City 3) Tj 0 -24 Td (Lock) Tj 0 -24 Td (Rack) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>',
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, n) => {
    const at = text.length
    text += `${n + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(
    `${text}xref\n0 6\n0000000000 65535 f \n${table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  )
}
