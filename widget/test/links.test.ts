import { describe, expect, it } from 'vitest'
import { splitLinks } from '../src/app/text/links.ts'

const hrefs = (text: string) => splitLinks(text).flatMap((part) => part.href ?? [])
const shown = (text: string) =>
  splitLinks(text)
    .map((part) => part.text)
    .join('')

describe('links in a message', () => {
  it.each([
    ['see https://shop.example/a?b=c#d.', ['https://shop.example/a?b=c#d']],
    ['(http://shop.example/x_(1)), ok', ['http://shop.example/x_(1)']],
    ['HTTPS://Shop.Example/Path', ['https://shop.example/Path']],
    ['www.shop.example, or mailto:ana@shop.example!', ['https://www.shop.example/', 'mailto:ana@shop.example']],
    ['https://a.example https://b.example', ['https://a.example/', 'https://b.example/']],
    ['«https://пример.рф/страница»', ['https://xn--e1afmkfd.xn--p1ai/%D1%81%D1%82%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0']],
    ['plain text without any', []],
    ['awww.shop.example and xhttps://shop.example', []],
  ])('%j', (text, found) => {
    expect(hrefs(text)).toEqual(found)
    expect(shown(text)).toBe(text)
  })

  const hostile = [
    ...[
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\tscript:alert(1)',
      'java\nscript:alert(1)',
      '\u0001javascript:alert(1)',
      'javascript&colon;alert(1)',
      'javascript://https://shop.example/%0aalert(1)',
    ],
    ...[
      'data:text/html,<script>alert(1)</script>',
      'data:text/html;base64,PHNjcmlwdD4=',
      'vbscript:msgbox(1)',
      'file:///etc/passwd',
      'blob:https://shop.example/1',
      'filesystem:https://shop.example/1',
    ],
    ...[
      'intent://scan/#Intent;scheme=zxing;end',
      'ftp://shop.example',
      'ws://shop.example',
      'view-source:https',
      'chrome://settings',
      'about:blank',
      'tel:+5511',
      'sms:1',
      'jar:https',
      'feed:x',
      'x-apple:1',
    ],
    ...[
      'https://',
      'http://',
      'mailto:',
      'mailto:ana',
      'mailto:a@b@c',
      'https://user:secret@shop.example',
      'https://google.example@evil.example',
      'https://[::1',
      'https://%zz',
      'http://..',
      'www.',
    ],
    ...[
      '<a href="javascript:alert(1)">x</a>',
      '<img src=x onerror=alert(1)>',
      '<svg/onload=alert(1)>',
      '"><script>alert(1)</script>',
      "';alert(1)//",
      '<iframe src="javascript:1">',
      '[x](javascript:alert(1))',
    ],
  ]
  it.each(hostile)('%j stays text or becomes a plain web address', (text) => {
    expect(shown(text)).toBe(text)
    for (const part of splitLinks(text)) if (part.href) expect(part.href).toMatch(/^(https?:\/\/[^@]+|mailto:[^@]+@[^@]+)$/)
  })
  it.each(hostile.filter((text) => !/https:\/\/shop\.example\/(%0a|1)/.test(text)))('%j is no link at all', (text) => {
    expect(hrefs(text)).toEqual([])
  })

  it('end before characters that would hide where they lead', () => {
    expect(hrefs('https://shop.example/\u202Emoc.live')).toEqual(['https://shop.example/'])
    expect(hrefs('https://shop\u200B.example')).toEqual(['https://shop/'])
    expect(hrefs('https://shop.example/"onmouseover="alert(1)')).toEqual(['https://shop.example/'])
  })

  it.each(['https://', 'www.', 'mailto:', 'https://a.b/(', 'https://x.example/!!!!!!!!', 'a@', '((((((((', 'http://http://'])(
    '65,536 characters of %j come back whole',
    (piece) => {
      const text = piece.repeat(Math.ceil(65_536 / piece.length)).slice(0, 65_536)
      expect(shown(text)).toBe(text)
    },
  )
})
