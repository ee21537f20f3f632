import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { allPayloads } from '../../../e2e/src/payloads.ts'
import { strayAddresses } from './support/addresses.ts'
import { type Answer, type Person, setUp, startTestHub, type TestHub, untilTrue, Visitor } from './support/hub.ts'
import { openPostbox, type Postbox } from './support/mail.ts'
import { browse } from './support/visits.ts'

let hub: TestHub
let post: Postbox
let ada: Person
let channel: { id: string; publicKey: string }
let next = 0

beforeAll(async () => {
  post = await openPostbox()
  hub = await startTestHub({ ROLES: 'web,worker', TRUSTED_PROXIES: '127.0.0.1,::1', SMTP_URL: post.url, SMTP_FROM: 'chat@acme.example' })
  ada = await setUp(hub)
  ;[channel] = (await ada.get('{ channels { id publicKey } }')).channels
  await setOptions({ allowedOrigins: ['https://shop.example'] })
})
afterAll(async () => {
  await hub.drop()
  await post.close()
})

const setOptions = (more: object) =>
  ada.get('mutation($id: ID!, $o: JSON!) { updateChannel(channelId: $id, options: $o) { __typename } }', {
    id: channel.id,
    o: { name: 'Shop', ...more },
  })
/** Each from an address of its own: those of one address are slowed down together. */
const anAddress = (): string => {
  next += 1
  return `2001:db8::${next.toString(16)}`
}
class Guest extends Visitor {
  readonly from = anAddress()
  override async ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      'x-forwarded-for': this.from,
      ...(this.token && { authorization: `Visitor ${this.token}` }),
    }
    const response = await fetch(`${this.url}/widget/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    return (await response.json()) as Answer
  }
}
const aGuest = async (name: string): Promise<Guest> => {
  const { startVisitor } = await new Guest(hub.url, null).get(
    'mutation($input: StartVisitorInput!) { startVisitor(input: $input) { ... on StartVisitorSuccess { token } } }',
    { input: { key: channel.publicKey, name, email: `${name.toLowerCase()}@customer.example` } },
  )
  return new Guest(hub.url, startVisitor.token)
}
const leave = async (input: object): Promise<any> =>
  (
    await new Guest(hub.url, null).get(
      'mutation($input: RequestFormInput!) { leaveRequest(input: $input) { __typename ... on LeaveRequestSuccess { token number } ... on Refusal { code field } } }',
      { input: { key: channel.publicKey, clientId: randomUUID(), name: 'Eve', title: 'Hello', text: 'Hello', ...input } },
    )
  ).leaveRequest
/** Some at a time. */
async function each<T, R>(all: T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < all.length; from += 20) results.push(...(await Promise.all(all.slice(from, from + 20).map(work))))
  return results
}

describe('a visitor is led', () => {
  test('nowhere but to the website, by hundreds of addresses that look like it or like none', async () => {
    await browse(hub.url, channel.publicKey, { browser: 'led-astray-by-nobody' })
    const visitId = await untilTrue(async () => (await ada.get('{ visits(first: 5) { id } }')).visits[0]?.id as string | undefined)
    const lead = async (kind: string, url: string): Promise<any> =>
      (
        await ada.get('mutation($input: ApproachInput!) { approachVisitors(input: $input) { __typename ... on Refusal { code field } } }', {
          input: { visitIds: [visitId], kind, text: 'Look', url },
        })
      ).approachVisitors
    const addresses = strayAddresses()
    const taken: string[] = []
    let tried = 0
    for (const kind of ['redirect', 'promotion'])
      for (const [at, answer] of (await each(addresses, (url) => lead(kind, url))).entries()) {
        tried += 1
        if (answer.field !== 'url' || !['invalid', 'required', 'url_not_listed'].includes(answer.code)) taken.push(addresses[at] ?? '')
      }
    expect(taken).toEqual([])
    expect(tried).toBeGreaterThanOrEqual(800)
    expect((await lead('redirect', 'https://shop.example/sale')).__typename).toBe('ApproachVisitorsSuccess')
  })
})

describe('a page of another website', () => {
  const others = [
    'https://evil.example',
    'http://shop.example',
    'https://shop.example.evil.example',
    'https://xshop.example',
    'https://sub.shop.example',
    'https://shop.example:8443',
    'https://shop.example.',
    'https://xn--hop-5cd.example',
    'null',
    'file://',
    'chrome-extension://abcdefgh',
  ]

  test('gets no button, is not listed, and may not frame the chat', async () => {
    for (const origin of others) {
      const answer = await browse(hub.url, channel.publicKey, { browser: `browser-of-another-${others.indexOf(origin)}`, origin })
      expect([origin, answer.status, await answer.json()]).toEqual([origin, 404, { code: 'not_found' }])
    }
    expect((await browse(hub.url, channel.publicKey)).status).toBe(200)
    const frame = await fetch(`${hub.url}/widget/frame?channel=${channel.publicKey}`)
    expect(frame.headers.get('content-security-policy')).toMatch(/frame-ancestors 'self' https:\/\/shop\.example$/)
    const page = await fetch(`${hub.url}/chat/${channel.publicKey}`)
    expect(page.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'$/)
  })
})

describe('what a browser says of itself', () => {
  test('is a program’s, or nothing, when it is meant to be run', async () => {
    const said = allPayloads.filter((text) => /^[ -~]+$/.test(text))
    const stati = await each(said, async (text) => {
      const { status } = await browse(hub.url, channel.publicKey, {
        browser: `hostile-browser-${randomUUID()}`,
        title: text,
        page: `https://shop.example/${encodeURIComponent(text)}`,
        referrer: text,
        userAgent: `Mozilla/5.0 (${text}) Chrome/130.0.0.0 Safari/537.36`,
        language: text,
        address: anAddress(),
      })
      return status
    })
    expect(stati.every((status) => status === 200)).toBe(true)
    expect(stati.length).toBeGreaterThanOrEqual(600)
    const { visits } = await untilTrue(async () => {
      const found = await ada.get('{ visits(first: 100) { page { url } referrer language device system browser } }')
      return found.visits.length > 50 ? found : null
    })
    for (const visit of visits) {
      expect(visit.page.url).toMatch(/^https:\/\/shop\.example\/[^<>"]*$/)
      expect(`${visit.referrer}${visit.language}${visit.device}${visit.system}${visit.browser}`).not.toMatch(/[<>"'{}]/)
    }
  })
})

describe('the request form', () => {
  test('takes no address that is none, or several, or a header', async () => {
    const around = ['\r\n', '\n', '\r', '%0d%0a', '\u2028', '\t', ' ', ',', ';', '<', '>', '"', '(', ')', '\\', '|']
    const bad = [
      ...around.flatMap((sign) => [`a@b.example${sign}Bcc: c@d.example`, `a${sign}b@c.example`, `a@b.example${sign}c@d.example`]),
      ...['', 'a', '@b.example', 'a@', 'a@b@c.example', 'a@b..example', 'a@.example', 'a@-b.example', '.a@b.example', 'a..b@c.example'],
      ...['a@[127.0.0.1]', 'a@localhost', 'mailto:a@b.example', 'A <a@b.example>', '"a b"@c.example', 'a@b.example?cc=c@d.example'],
    ]
    const answers = await each(bad, (email) => leave({ email }))
    const taken = bad.filter((_, at) => answers[at].field !== 'email')
    expect(taken).toEqual([])
    expect(bad.length).toBeGreaterThanOrEqual(60)
  })

  test('fills nobody’s mailbox: hundreds that name one victim send nothing', async () => {
    const victim = 'victim@elsewhere.example'
    const answers = await each(Array.from({ length: 500 }), () =>
      leave({ email: victim, title: 'You have won', text: 'https://evil.example/' }),
    )
    expect(answers.filter(({ token }) => token)).toHaveLength(500)
    const mails = await hub.works.read(
      { kind: 'system', workspaceId: (await ada.get('{ workspace { id } }')).workspace.id },
      (work) => work.sql`select from mails where workspace_id = ${work.workspaceId}`,
    )
    expect([mails.length, post.taken.length]).toEqual([0, 0])
  })

  test('makes mails of it that hold what was said as text, and no header of their own', async () => {
    const said = allPayloads.map((text) => `${text}\r\nBcc: all@evil.example\r\n\r\n.\r\nQUIT`)
    const packs = Array.from({ length: Math.ceil(said.length / 100) }, (_, at) => said.slice(100 * at, 100 * at + 100))
    for (const [at, pack] of packs.entries()) {
      const email = `reader${at}@customer.example`
      const [title = ''] = pack
      const { number } = await leave({ email, name: `<b>${at}</b>\r\nBcc: all@evil.example`, title, text: pack.join('\n') })
      const { requests } = await ada.get('query($s: String) { requests(search: $s) { edges { node { id number chatId } } } }', {
        s: `#${number}`,
      })
      const { id, chatId } = requests.edges.map(({ node }: any) => node).find((node: any) => node.number === number)
      await ada.get('mutation($id: ID!, $i: RequestAnswerInput!) { answerRequest(requestId: $id, input: $i) { __typename } }', {
        id,
        i: { clientId: randomUUID(), text: pack.join('\n'), mail: true },
      })
      await ada.get('mutation($id: ID!) { sendTranscript(chatId: $id) { __typename } }', { id: chatId })
      const mails = await untilTrue(() => {
        const found = post.taken.filter((mail) => mail.includes(`To: ${email}`))
        return found.length === 2 ? found : null
      }, 15_000)
      for (const mail of mails) {
        const head = mail.split(/\r?\n\r?\n/)[0] ?? ''
        const names = [...head.matchAll(/^([A-Za-z-]+):/gm)].map(([, name]) => name?.toLowerCase())
        expect(new Set(names).size).toBe(names.length)
        expect(names).not.toContain('bcc')
        expect(/^Content-Type: (.*)/m.exec(head)?.[1]).toMatch(/^(text\/plain|multipart\/alternative)/)
        const html = htmlOf(mail)
        const tags = [...html.matchAll(/<\/?([a-z!][a-z0-9]*)/gi)].map(([, name]) => name?.toLowerCase())
        expect(
          [...new Set(tags)].filter((name) => !['!doctype', 'html', 'meta', 'body', 'p', 'b', 'span', 'br', 'i', 'a'].includes(name ?? '')),
        ).toEqual([])
        expect(html).not.toMatch(/<[^>]*\son\w+=/i)
      }
    }
    expect(packs.length * 2).toBe(14)
    expect(post.taken.length).toBe(14)
  })

  test('lets nobody in by a link that was guessed, changed or cut, of a thousand', async () => {
    const mail = post.taken.find((each) => each.includes('#back=')) ?? ''
    const good = /#back=(\S+)/.exec(mail.replace(/=\r?\n/g, '').replace(/=3D/g, '='))?.[1] ?? ''
    expect(good.length).toBeGreaterThan(60)
    const comeBack = async (token: string): Promise<any> =>
      (
        await new Guest(hub.url, null).get('mutation($token: String!) { comeBack(token: $token) { __typename ... on Refusal { code } } }', {
          token,
        })
      ).comeBack
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
    const forged = Array.from({ length: 1_000 }, (_, n) => {
      // The last letter may carry bits that nobody reads.
      const at = n % (good.length - 1)
      const by = letters[(letters.indexOf(good[at] ?? 'A') + 1 + Math.floor(n / good.length)) % letters.length] ?? 'A'
      return n % 10 === 9 ? good.slice(0, at) : good.slice(0, at) + by + good.slice(at + 1)
    })
    const answers = await each(forged, comeBack)
    expect(forged.filter((_, at) => answers[at].code !== 'link_used')).toEqual([])
    expect((await comeBack(good)).__typename).toBe('StartVisitorSuccess')
  })
})

describe('what a visitor uploads', () => {
  const upload = (
    token: string | null,
    bytes: string | Uint8Array<ArrayBuffer>,
    name: string,
    type: string,
    more: Record<string, string> = {},
  ) => {
    const form = new FormData()
    form.append('file', new File([bytes], name, { type }))
    const headers = { ...(token && { authorization: `Visitor ${token}` }), ...more }
    return fetch(`${hub.url}/widget/files`, { method: 'POST', headers, body: form })
  }
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  const script = '<script>alert(document.domain)</script>'

  test('is refused or kept as bytes, and nothing of hundreds is shown in place', async () => {
    const bodies: (string | Uint8Array<ArrayBuffer>)[] = [
      script,
      `<!doctype html>${script}`,
      `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`,
      `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`,
      'MZ\u0090\u0000\u0003',
      '#!/bin/sh\nrm -rf ~',
      '<?php system($_GET["x"]);',
      new Uint8Array([...png, ...Buffer.from(script)]),
      new Uint8Array([...Buffer.from('GIF89a/*'), ...Buffer.from(`*/=1;${script}`)]),
      new Uint8Array([...Buffer.from('%PDF-1.7\n'), ...Buffer.from(script)]),
    ]
    const names: [string, string][] = [
      ['x.png', 'image/png'],
      ['x.svg', 'image/svg+xml'],
      ['x.html', 'text/html'],
      ['x.png.html', 'image/png'],
      ['x.html\u200b', 'text/plain'],
      ['\u202egnp.exe', 'image/png'],
      ['../../../etc/passwd', 'text/plain'],
      ['..\\..\\x.bat', 'text/plain'],
      ['"><img src=x onerror=alert(1)>.png', 'image/png'],
      ['a\r\nContent-Type: text/html\r\n\r\n.png', 'image/png'],
      ['CON.txt', 'text/plain'],
      ['.htaccess', 'text/plain'],
      [`${'x'.repeat(4_000)}.png`, 'image/png'],
      ['x', ''],
      ['x.js', 'text/javascript'],
      ['x.xhtml', 'application/xhtml+xml'],
      ['x.hta', 'application/hta'],
      ['x.swf', 'application/x-shockwave-flash'],
      ['x.jpg', 'text/html; charset=utf-7'],
      ['x.csv', 'text/csv'],
      ['__proto__', 'constructor'],
      ['%2e%2e%2fx.png', 'image/png'],
      ['x.php%00.png', 'image/png'],
      ['x.tar.gz', 'application/gzip'],
      ['😀.webp', 'image/webp'],
      ['x.pdf', 'application/pdf'],
      ['x.zip', 'application/zip'],
      ['x.mp4', 'video/mp4'],
      ['x.mht', 'multipart/related'],
      ['x.xml', 'text/xml'],
    ]
    const files = bodies.flatMap((bytes) => names.map(([name, type]) => ({ bytes, name, type })))
    const stati: number[] = []
    const kept: { visitor: Guest; id: string }[] = []
    for (let from = 0; from < files.length; from += 10) {
      const visitor = await aGuest(`Uploader${from}`)
      for (const { bytes, name, type } of files.slice(from, from + 10)) {
        const answer = await upload(visitor.token, bytes, name, type)
        stati.push(answer.status)
        if (answer.status === 201) kept.push({ visitor, id: (await answer.json()).id })
      }
    }
    expect(files.length).toBeGreaterThanOrEqual(300)
    expect(stati.filter((status) => ![201, 400, 415].includes(status))).toEqual([])
    for (const visitor of new Set(kept.map((each) => each.visitor))) {
      const fileIds = kept.filter((each) => each.visitor === visitor).map(({ id }) => id)
      await visitor.get('mutation($i: VisitorMessageInput!) { sendMessage(input: $i) { __typename } }', {
        i: { clientId: randomUUID(), text: 'Look', fileIds },
      })
      const found = await visitor.get('{ visitor { chat { messages(last: 5) { edges { node { files { name url thumbnailUrl } } } } } } }')
      for (const { name, url, thumbnailUrl } of found.visitor.chat.messages.edges[0].node.files) {
        const shown = await fetch(new URL(url, hub.url))
        expect(shown.status).toBe(200)
        expect(shown.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w ()._-]+"; filename\*=UTF-8''[\w%.!~-]+$/)
        expect(shown.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
        expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
        expect(shown.headers.get('content-type')).not.toMatch(/html|xml|svg|script|flash|multipart/)
        expect(name).not.toMatch(/[/\\\u0000-\u001f\u202a-\u202e\u200b<>"]/)
        if (thumbnailUrl) expect((await fetch(new URL(thumbnailUrl, hub.url))).headers.get('content-type')).toBe('image/webp')
      }
    }
  })

  test('is taken from nobody but the visitor, and of the size that the website says, or not at all', async () => {
    const visitor = await aGuest('Honest')
    const { 'content-type': _, ...asAda } = ada.headers()
    for (const [token, more] of [
      [null, {}],
      [null, asAda],
      ['x', {}],
      [`${(visitor.token ?? '').slice(0, -3)}AAA`, {}],
      ['null', {}],
    ] as const)
      expect((await upload(token, 'x', 'x.txt', 'text/plain', more)).status).toBe(401)
    const big = 'x'.repeat(2 * 1024 * 1024 + 1)
    expect((await upload(visitor.token, big, 'x.txt', 'text/plain')).status).toBe(413)
    await setOptions({ allowedOrigins: ['https://shop.example'], maxFileBytes: 0 })
    expect((await upload(visitor.token, 'x', 'x.txt', 'text/plain')).status).toBeGreaterThanOrEqual(400)
    await setOptions({ allowedOrigins: ['https://shop.example'] })
    expect((await upload(visitor.token, 'x', 'x.txt', 'text/plain')).status).toBe(201)
    await visitor.get('mutation { logOut }')
    expect((await upload(visitor.token, 'x', 'x.txt', 'text/plain')).status).toBe(401)
  })
})

describe('connections', () => {
  test('of one address are so many and no more, and another is let in', async () => {
    const open = (from: string) =>
      new Promise<WebSocket | null>((resolve) => {
        const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/widget/graphql`, 'graphql-transport-ws', {
          headers: { 'x-forwarded-for': from },
        })
        socket.on('open', () => resolve(socket))
        socket.on('error', () => resolve(null))
      })
    const from = anAddress()
    const sockets = (await each(Array.from({ length: 240 }), () => open(from))).filter((socket) => socket !== null)
    expect(sockets.length).toBeLessThanOrEqual(200)
    const other = await open(anAddress())
    expect(other).not.toBeNull()
    for (const socket of [...sockets, other]) socket?.terminate()
  })
})

test('after all that the hub is well', async () => {
  expect((await fetch(`${hub.url}/ready`)).status).toBe(200)
  expect((await (await aGuest('Last')).say('Thank you')).__typename).toBe('VisitorMessage')
})

/** The part of a mail in HTML as its reader sees it; '' where there is none. */
function htmlOf(mail: string): string {
  const boundary = /boundary="([^"]+)"/.exec(mail)?.[1]
  const part = boundary ? mail.split(`--${boundary}`).find((each) => /content-type: text\/html/i.test(each)) : undefined
  const [head = '', ...body] = part?.split(/\r?\n\r?\n/) ?? []
  const text = body.join('\n\n')
  if (/base64/i.test(head)) return Buffer.from(text, 'base64').toString('utf8')
  return text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}
