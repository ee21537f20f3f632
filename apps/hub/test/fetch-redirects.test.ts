import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GuardedFetchOptions, guardedFetch } from '../src/fetch.ts'
import { type Host, startHost } from './support/http-host.ts'

/** Two hosts, to see what goes from one to the other. */
let here: Host
let elsewhere: Host
beforeAll(async () => {
  here = await startHost()
  elsewhere = await startHost()
})
afterAll(() => Promise.all([here.stop(), elsewhere.stop()]))
beforeEach(() => {
  here.seen.length = 0
  elsewhere.seen.length = 0
})

describe('A redirect', () => {
  it('is followed three times and no more', async () => {
    here.answer = (response, request) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('arrived')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    }
    const arrived = await ask()(`${here.at}/3`)
    expect([arrived.url, arrived.redirected, await arrived.text()]).toEqual([`${here.at}/0`, true, 'arrived'])
    await expect(ask()(`${here.at}/4`)).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    await expect(ask({ redirects: 99 })(`${here.at}/4`)).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    await expect(ask({ redirects: 0 })(`${here.at}/1`)).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
  })

  it('is shown or refused when the caller wants that', async () => {
    here.answer = (response) => response.writeHead(302, { location: `${elsewhere.at}/` }).end()
    const shown = await ask()(here.at, { redirect: 'manual' })
    expect([shown.status, shown.headers.get('location')]).toEqual([302, `${elsewhere.at}/`])
    await expect(ask()(here.at, { redirect: 'error' })).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    expect(elsewhere.seen).toEqual([])
  })

  it('to another host takes no secret along, within the same host it does', async () => {
    elsewhere.answer = (response) => response.end('there')
    const headers = { authorization: 'Bearer t', 'x-api-key': 'k', 'x-goog-token': 't', accept: 'image/png', cookie: 'a=b' }
    here.answer = (response, request) =>
      response.writeHead(302, { location: request.url === '/start' ? '/middle' : `${elsewhere.at}/there` }).end()
    expect(await (await ask()(`${here.at}/start`, { headers })).text()).toBe('there')
    expect(here.seen.map((seen) => seen.headers.authorization)).toEqual(['Bearer t', 'Bearer t'])
    expect(elsewhere.seen[0]?.headers).toMatchObject({ accept: 'image/png', host: elsewhere.host })
    for (const name of ['authorization', 'x-api-key', 'x-goog-token', 'cookie', 'referer'])
      expect(elsewhere.seen[0]?.headers[name]).toBeUndefined()
  })

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'body'],
    [308, 'POST', 'POST', 'body'],
    [302, 'PUT', 'PUT', 'body'],
    [302, 'HEAD', 'HEAD', ''],
  ])('by %i of a %s becomes a %s', async (status, method, then, body) => {
    here.answer = (response, request) => {
      if (request.url === '/end') response.end()
      else response.writeHead(status, { location: '/end' }).end()
    }
    await ask()(`${here.at}/`, method === 'HEAD' ? { method } : { method, body: 'body', headers: { 'content-type': 'text/x' } })
    expect([here.seen[1]?.method, here.seen[1]?.body.toString(), here.seen[1]?.headers['content-type']]).toEqual([
      then,
      body,
      body ? 'text/x' : undefined,
    ])
  })

  it('to another host does not get what was to be said to the first', async () => {
    here.answer = (response) => response.writeHead(307, { location: `${elsewhere.at}/` }).end()
    await expect(ask()(here.at, { method: 'POST', body: 'secret' })).rejects.toMatchObject({ cause: { code: 'ERR_REDIRECT_REFUSED' } })
    expect(elsewhere.seen).toEqual([])
  })

  it('cannot make a stream be said twice', async () => {
    here.answer = (response) => response.writeHead(307, { location: '/again' }).end()
    await expect(ask()(here.at, { method: 'POST', body: new Blob(['once']).stream(), ...{ duplex: 'half' } })).rejects.toMatchObject({
      cause: { code: 'ERR_REDIRECT_REFUSED' },
    })
    expect(here.seen).toHaveLength(1)
  })

  it('is checked against the hosts of the platform as well', async () => {
    here.answer = (response) => response.writeHead(302, { location: `${elsewhere.at.replace('127.0.0.1', 'evil.example')}/` }).end()
    const platform = ask({ hosts: ['127.0.0.1'], resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
    await expect(platform(here.at)).rejects.toMatchObject({ cause: { code: 'ERR_DESTINATION_REFUSED' } })
    expect(elsewhere.seen).toEqual([])
  })
})

function ask(options: GuardedFetchOptions = {}): typeof fetch {
  return guardedFetch({ allowed: [here.host, elsewhere.host], ...options })
}
