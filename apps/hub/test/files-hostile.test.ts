import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { dimensionsOf } from '../src/files/dimensions.ts'
import { extensionOf, safeName } from '../src/files/name.ts'
import { anyFile, mediaKind, permits, picturesOnly, visitorFiles } from '../src/files/policy.ts'
import { isPolyglotTail, sniff } from '../src/files/sniff.ts'

const bytes = 'application/octet-stream'
const pictures: Record<string, Buffer> = {}
beforeAll(async () => {
  const picture = () => sharp({ create: { width: 40, height: 30, channels: 3, background: 'blue' } })
  pictures['image/png'] = await picture().png().toBuffer()
  pictures['image/jpeg'] = await picture().jpeg().toBuffer()
  pictures['image/webp'] = await picture().webp().toBuffer()
  pictures['image/gif'] = await picture().gif().toBuffer()
})

// biome-ignore format: a list
const pages: [string, string][] = [
  ['an HTML page', '<!DOCTYPE html><script>alert(1)</script>'], ['a page without doctype', '<html><body onload=alert(1)>'], ['upper case', '<HTML><SCRIPT>alert(1)</SCRIPT>'],
  ['white space first', ' \t\r\n\n  <script>alert(1)</script>'], ['a comment first', '<!-- hello --><script>alert(1)</script>'], ['a byte order mark first', '\ufeff<html>'],
  ['text first', 'hello, this is text\n<script src=//evil.example></script>'], ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
  ['an SVG with an XML head', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'], ['an SVG with a doctype', '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>'],
  ['a namespaced SVG', '<s:svg xmlns:s="http://www.w3.org/2000/svg" onload="alert(1)"/>'], ['XML', '<?xml version="1.0"?><a/>'], ['entities', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['XSLT', '<xsl:stylesheet version="1.0"/>'], ['XHTML', '<html xmlns="http://www.w3.org/1999/xhtml"><script/></html>'], ['an iframe', '<iframe src="javascript:alert(1)">'],
  ['an image tag', '<img src=x onerror=alert(1)>'], ['a link', '<a href="javascript:alert(1)">x</a>'], ['a style', '<style>@import "//evil.example"</style>'], ['a table', '<table background="javascript:alert(1)">'],
  ['PHP', '<?php system($_GET["x"]);'], ['short PHP', '<?= `id` ?>'], ['ASP', '<% eval request("x") %>'], ['a shell script', '#!/bin/sh\nrm -rf ~'], ['PostScript', '%!PS-Adobe-3.0'],
  ['an object', 'x <object data="evil.swf">'], ['an embed', 'x <embed src="evil.swf">'], ['a MathML page', '<math><mtext><script>alert(1)</script></mtext></math>'],
]

describe('What a browser could run', () => {
  it.each(pages)('is kept as bytes: %s', async (_what, text) => {
    for (const mime of ['image/png', 'text/plain', 'text/html', undefined]) {
      for (const name of ['x.png', 'x.txt', 'x', undefined]) expect(await sniff(Buffer.from(text), { name, mime })).toBe(bytes)
    }
  })

  it.each(pages)('is kept as bytes in UTF-16 too: %s', async (_what, text) => {
    const little = Buffer.from(`\ufeff${text.replace(/^\ufeff/, '')}`, 'utf16le')
    expect(await sniff(little)).toBe(bytes)
    expect(await sniff(Buffer.from(little).swap16())).toBe(bytes)
  })

  it.each(pages)('is refused where pictures are wanted, and from visitors: %s', async (_what, text) => {
    const mime = await sniff(Buffer.from(text), { name: 'x.png', mime: 'image/png' })
    expect([permits(picturesOnly, mime), permits(visitorFiles, mime), permits(anyFile, mime)]).toEqual([false, false, true])
  })

  it.each(pages)('makes a picture that carries it mere bytes: %s', async (_what, text) => {
    const carries = /<(script|svg|html|iframe|object|embed)\b|<\?php|<!doctype html|<!entity|<xsl:stylesheet/i.test(text)
    for (const [mime, picture] of Object.entries(pictures)) {
      const behind = Buffer.concat([picture, Buffer.from(text)])
      expect(await sniff(behind)).toBe(carries ? bytes : mime)
      const farBehind = Buffer.concat([Buffer.alloc(60_000), Buffer.from(text)])
      expect(isPolyglotTail(farBehind, mime)).toBe(carries)
    }
  })

  it.each(['js', 'mjs', 'html', 'htm', 'xhtml', 'svg', 'xml', 'xsl', 'hta', 'mht', 'swf'])(
    'is kept as bytes when its name says so: x.%s',
    async (extension) => {
      expect(await sniff(Buffer.from('alert(document.domain)'), { name: `x.${extension}` })).toBe(bytes)
      expect(safeName(`x.${extension}`, bytes)).toBe(`x.${extension}.bin`)
    },
  )

  it.each([
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/javascript',
    'application/ecmascript',
    'text/xml',
    'application/x-shockwave-flash',
  ])('is kept as bytes when its sender says %s', async (mime) => {
    expect(await sniff(Buffer.from('plain words'), { name: 'x.txt', mime })).toBe(bytes)
  })
})

describe('A file that is two things', () => {
  const zipEnd = (comment: number) =>
    Buffer.concat([
      Buffer.from('PK\x05\x06', 'latin1'),
      Buffer.alloc(16),
      Buffer.from([comment & 255, comment >> 8]),
      Buffer.alloc(comment),
    ])

  it.each([0, 1, 100, 65_535])('is mere bytes: a zip with a comment of %i behind a picture', (comment) => {
    for (const [mime, picture] of Object.entries(pictures))
      expect(isPolyglotTail(Buffer.concat([picture, zipEnd(comment)]), mime)).toBe(true)
    for (const mime of ['application/pdf', 'audio/mpeg', 'video/mp4', 'text/plain'])
      expect(isPolyglotTail(zipEnd(comment), mime)).toBe(true)
  })

  it('is mere bytes: a PDF that begins within a picture', async () => {
    for (const picture of Object.values(pictures))
      expect(await sniff(Buffer.concat([picture.subarray(0, 100), Buffer.from('%PDF-1.7\n')]))).toBe(bytes)
  })

  it('is not what a picture becomes by chance: the letters of a zip alone are none', () => {
    expect(isPolyglotTail(Buffer.from('….PK\x05\x06'), 'image/png')).toBe(false)
    for (const [mime, picture] of Object.entries(pictures)) expect(isPolyglotTail(picture, mime)).toBe(false)
  })

  it('is not an archive, which may end as one', () => {
    for (const mime of [
      'application/zip',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/epub+zip',
      bytes,
    ])
      expect(isPolyglotTail(zipEnd(0), mime)).toBe(false)
  })
})

describe('Honest files', () => {
  it('are what they are', async () => {
    for (const [mime, picture] of Object.entries(pictures)) {
      expect(await sniff(picture, { name: 'x.html', mime: 'text/html' })).toBe(mime)
      expect([mediaKind(mime), permits(picturesOnly, mime), permits(visitorFiles, mime)]).toEqual(['image', true, true])
      expect(dimensionsOf(picture, mime)).toEqual({ width: 40, height: 30 })
    }
  })

  // biome-ignore format: a list
  it.each([
    ['Olá, tudo bem?\r\nCódigo: 5 < 6 && 7 > 2', 'x.txt', 'text/plain'], ['name;price\n"caneca";10', 'preços.csv', 'text/csv'], ['{"a": 1}', 'x.json', 'application/json'],
    ['BEGIN:VCARD', 'x.vcf', 'text/vcard'], ['привет', 'x', 'text/plain'], ['<3 you', 'x.txt', 'text/plain'], ['a < b', 'x.md', 'text/plain'], ['\u001b[31mred', 'x.log', 'text/plain'],
  ])('are text when they are: %j', async (text, name, mime) => {
    expect(await sniff(Buffer.from(text), { name })).toBe(mime)
  })

  // biome-ignore format: a list
  it.each([
    ['%PDF-1.7\n%âãÏÓ', 'application/pdf', 'file'], ['ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x44', 'audio/mpeg', 'audio'], ['ID3\x04\x00\x00\x00\x0f\x7f\x7f\x00APIC', 'audio/mpeg', 'audio'], ['\xff\xfe\x90\x00\x00\x00\x00\x00', 'audio/mpeg', 'audio'], [`OggS\x00\x02${'\x00'.repeat(22)}OpusHead`, 'audio/ogg', 'audio'],
    ['\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom', 'video/mp4', 'video'], ['\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00', 'audio/mp4', 'audio'], ['MZ\x90\x00\x03', 'application/x-msdownload', 'file'],
    ['7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed', 'file'], ['\x00\x01\x02\x03random', bytes, 'file'],
  ])('are known by their first bytes: %j', async (head, mime, kind) => {
    const found = await sniff(Buffer.from(head, 'latin1'), { name: 'x.html', mime: 'text/html' })
    expect([found, mediaKind(found)]).toEqual([mime, kind])
  })

  it('are sound where their sender says so and the container may hold either', async () => {
    const film = Buffer.from('\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom', 'latin1')
    expect(await sniff(film, { mime: 'audio/mp4;codecs=mp4a.40.2' })).toBe('audio/mp4')
    expect(await sniff(film, { mime: 'audio/webm' })).toBe('video/mp4')
    expect(await sniff(pictures['image/png'] as Buffer, { mime: 'audio/png' })).toBe('image/png')
  })

  it('of programs are not taken from visitors', () => {
    for (const mime of [
      'application/x-msdownload',
      'application/x-elf',
      'application/x-msi',
      'application/java-archive',
      'application/vnd.android.package-archive',
      bytes,
    ])
      expect(permits(visitorFiles, mime)).toBe(false)
  })

  it('never stop the reader, whatever 4,000 broken heads say', async () => {
    const heads = [
      ...Object.values(pictures),
      gzipSync('x'),
      Buffer.from('PK\x03\x04\x14\x00\x00\x00\x08\x00', 'latin1'),
      Buffer.from('RIFF\xff\xff\xff\xffWAVE', 'latin1'),
      Buffer.from('\x00\x00\x00\x00ftyp', 'latin1'),
      Buffer.from('0&²u\x8ef\xcf\x11', 'latin1'),
      Buffer.from('II*\x00\xff\xff\xff\xff', 'latin1'),
    ]
    for (let seed = 0; seed < 4000; seed += 1) {
      const head = broken(heads[seed % heads.length] ?? Buffer.alloc(0), seed)
      const mime = await sniff(head)
      expect(mime).toMatch(/^[\w.+-]+\/[\w.+-]+$/)
      for (const type of Object.keys(pictures)) expect(dimensionsOf(head, type)?.width ?? 1).toBeGreaterThan(0)
    }
  })
})

describe('A picture turned on its side by its camera', () => {
  it.each([1, 3, 6, 8])('has the size it is shown with (orientation %i)', async (orientation) => {
    const jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'blue' } })
      .jpeg()
      .withMetadata({ orientation })
      .toBuffer()
    expect(dimensionsOf(jpeg, 'image/jpeg')).toEqual(orientation > 4 ? { width: 30, height: 40 } : { width: 40, height: 30 })
  })
})

describe('A name', () => {
  // biome-ignore format: a list
  it.each([
    ['photo.jpg', 'image/jpeg', 'photo.jpg'], ['photo.JPEG', 'image/jpeg', 'photo.jpeg'], ['photo.exe', 'image/jpeg', 'photo.exe.jpg'], ['invoice.pdf.exe', 'application/pdf', 'invoice.pdf.exe.pdf'],
    ['photo.png', 'application/x-msdownload', 'photo.png.exe'], ['page.html', 'text/plain', 'page.html.txt'], ['run.bat', 'text/plain', 'run.bat.txt'], ['x.svg', bytes, 'x.svg.bin'], ['x.jpg', bytes, 'x.jpg.bin'],
    ['x.scr', bytes, 'x.scr.bin'], ['model.stl', bytes, 'model.stl'], ['notes', 'text/plain', 'notes.txt'], ['', 'image/png', 'file.png'], [undefined, bytes, 'file'], ['отчёт за май.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'отчёт за май.docx'],
  ])('ends as its bytes are: %j of %s', (given, mime, name) => {
    expect(safeName(given, mime)).toBe(name)
  })

  // biome-ignore format: a list
  const hostile = [
    '../../etc/passwd', '..\\..\\windows\\win.ini', '/abs.txt', 'C:\\x.txt', '\\\\host\\share\\x.txt', 'a/b/c.txt', '....//....//x.txt', '.htaccess', '.\u200bhtaccess', '.hta\u200bccess', '\ufeff.htaccess', 'x.php\u200b', 'x.php.', 'x.php ', 'x.php::$DATA', 'x.php%00.txt',
    'a\u0000b.txt', 'a\r\nb.txt', 'a\tb.txt', 'a\u0007.txt', '\u202Etxt.exe', 'a\u2066b\u2069.txt', 'a\u200fb.txt', 'a\u061cb.txt', 'x\u2028y.txt', 'x\u2029y.txt', 'a\u00adb.txt', '\ud800x.txt', 'x\udc00.txt', 'CON', 'con.txt', 'LPT1.txt', 'NUL', 'aux.tar.gz',
    '<script>alert(1)</script>.txt', '"onmouseover=alert(1).txt', "'; drop table files;--.txt", '$(id).txt', '`id`.txt', 'a|b.txt', 'a?b*c:d.txt', '~root.txt', '-rf.txt', '--help', '   ', '...', '. . .', '', 'x'.repeat(5000), `${'ж'.repeat(500)}.txt`, `${'👩'.repeat(300)}.txt`, `x.${'y'.repeat(300)}`,
    'x.txt.lnk', 'x.txt.url', 'desktop.ini', 'thumbs.db', '%2e%2e%2fx.txt', 'x\u0301'.repeat(300), '=cmd|calc!A1.csv', '\u{e0041}tag.txt', '\ue000private.txt', 'a\u034fb.txt',
  ]
  it.each(hostile)('is safe to show and to save under: %j', (given) => {
    for (const mime of ['text/plain', 'image/png', 'application/pdf', bytes]) {
      const name = safeName(given, mime)
      expect(name.length).toBeGreaterThan(0)
      expect(name.length).toBeLessThanOrEqual(200)
      expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}"*:<>?|\\/]|^[\s.~-]|[\s.]$/u)
      expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
      if (mime !== bytes)
        expect({ 'text/plain': ['txt', 'ini', 'csv'], 'image/png': ['png'], 'application/pdf': ['pdf'] }[mime]).toContain(extensionOf(name))
      expect(extensionOf(name)).not.toMatch(/^(php|exe|lnk|url|bat|html|svg|js)$/)
      expect(safeName(name, mime)).toBe(name)
    }
  })
})

/** The same breakage for the same seed: cut short, and some bytes replaced. */
function broken(whole: Buffer, seed: number): Buffer {
  let state = seed * 2_654_435_761 + 1
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  const bytes = Buffer.from(whole.subarray(0, 1 + random(whole.length)))
  for (let n = random(8); n > 0; n -= 1) bytes.writeUInt8(random(256), random(bytes.length))
  return bytes
}
