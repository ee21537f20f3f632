import { channel } from 'node:diagnostics_channel'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { areaOf } from '../src/fetch/address.ts'
import type { ResolvedAddress } from '../src/fetch/destination.ts'
import { guardedFetch } from '../src/fetch.ts'

/** Stands where an attacker wants the hub to go; nothing may ever reach it. */
let trap: Server
let trapPort: number
let reached = 0
/** Every socket anyone in this process opens outwards, to wherever. */
let sockets = 0
const count = () => {
  sockets += 1
}

beforeAll(async () => {
  trap = createServer((_request, response) => {
    response.end('secret')
  })
  trap.on('connection', () => {
    reached += 1
  })
  // All addresses, both families, so that any spelling of this machine would arrive.
  await new Promise<void>((resolve) => trap.listen(0, resolve))
  trapPort = (trap.address() as AddressInfo).port
  channel('net.client.socket').subscribe(count)
})
afterAll(async () => {
  channel('net.client.socket').unsubscribe(count)
  await new Promise((resolve) => trap.close(resolve))
})
afterEach(() => {
  reached = 0
  sockets = 0
})

// biome-ignore format: a list
const literals = [
  '127.0.0.1', '127.1', '127.0.1', '0177.0.0.1', '0x7f.0.0.1', '0x7f000001', '0X7F000001', '2130706433', '017700000001', '127.0.0.2', '127.255.255.254', '127.000.000.001', '0x7f.1', '0177.1', '127.0x1', '0x7f.0x0.0x0.0x1',
  '①②⑦.⓪.⓪.①', '１２７.０.０.１', '127。0。0。1', '127．0．0．1', '127.0.0.1.', '%31%32%37.0.0.1', '127%2e0%2e0%2e1', '127.0.\u00ad0.1', '127.0.\u200b0.1',
  '0.0.0.0', '0', '0x0', '00', '0.0', '0.1.2.3', '0.0.0.0.', '000.000.000.000',
  '10.0.0.1', '10.255.255.255', '012.0.0.1', '0x0a000001', '167772161', '10.1', '172.16.0.1', '172.31.255.255', '0xac100001', '2886729729', '192.168.0.1', '192.168.255.255', '0xc0a80001', '3232235521', '192.168.1', '0300.0250.0.1',
  '169.254.169.254', '169.254.169.253', '169.254.170.2', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '169.254.43518', '169.16689662', '0xa9.0xfe.0xa9.0xfe', '169.254.169.254.', '169.254.0.1', '100.100.100.200', '168.63.129.16', '192.0.0.192',
  '100.64.0.1', '100.127.255.255', '192.0.0.1', '192.0.2.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '192.88.99.1', '192.31.196.1', '192.52.193.1', '192.175.48.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '4294967295',
  '[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[0000:0000:0000:0000:0000:0000:0000:0001]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::ffff:10.0.0.1]', '[::ffff:169.254.169.254]', '[::ffff:192.168.0.1]', '[::ffff:0.0.0.0]', '[::ffff:8.8.8.8]', '[::FFFF:7F00:1]',
  '[::ffff:0:127.0.0.1]', '[::127.0.0.1]', '[::7f00:1]', '[::2]', '[64:ff9b::127.0.0.1]', '[64:ff9b::10.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b::]', '[64:ff9b::6464:64c8]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2002:a9fe:a9fe::]', '[2002:808:808::]', '[2001:0:a9fe:a9fe::1]', '[2001::1]',
  '[fe80::1]', '[fe80::a9fe:a9fe]', '[febf::1]', '[fec0::1]', '[fc00::1]', '[fd00::1]', '[fdff:ffff::1]', '[fd00:ec2::254]', '[fd20:ce::254]', '[ff02::1]', '[ff01::1]', '[ff0e::1]', '[2001:db8::1]', '[100::1]', '[5f00::1]', '[3fff::1]', '[4000::1]', '[2001:10::1]', '[2001:20::1]', '[2620:4f:8000::1]', '[1::1]', '[8000::1]',
]

// biome-ignore format: a list
const localNames = [
  'localhost', 'LOCALHOST', 'localhost.', 'LocalHost.', 'foo.localhost', 'a.b.localhost.', 'localhost.localdomain', 'ｌｏｃａｌｈｏｓｔ', 'ⓛocalhost', 'local\u00adhost', 'loc%61lhost', 'metadata', 'metadata.google.internal', 'METADATA.google.INTERNAL.', 'instance-data.ec2.internal', 'printer.local', 'router.lan', 'nas.home.arpa', 'db', 'postgres', 'host.docker.internal', 'wiki.intranet',
]

// biome-ignore format: a list
const odd = [
  'http://user@127.0.0.1:PORT/', 'http://user:pass@127.0.0.1:PORT/', 'http://public.example@127.0.0.1:PORT/', 'http://127.0.0.1:PORT@public.example/', 'http://:pass@public.example:PORT/', 'http://public.example:PORT@127.0.0.1:PORT/', 'http://user@public.example:PORT/', 'http://public.example#@127.0.0.1:PORT/x', 'http://127.0.0.1:PORT\\@public.example/', 'http://public.example\\@127.0.0.1:PORT/',
  'http:127.0.0.1:PORT', 'http:/127.0.0.1:PORT', 'http:\\\\127.0.0.1:PORT', 'http://\t127.0.0.1:PORT/', 'http://127.0.0.1\n:PORT/', ' http://127.0.0.1:PORT/', 'hTTp://127.0.0.1:PORT/', 'http://127.0.0.1:0PORT/', '//127.0.0.1:PORT/', 'http://', 'http:///', 'http://[::1', 'http://[fe80::1%25lo]:PORT/', 'http://[::1%lo]:PORT/', 'http://1.1.1.1 &@127.0.0.1:PORT/', 'http://127.0.0.1:PORT:80/', 'http://256.256.256.256:PORT/', 'http://127.0.0.1.1:PORT/', 'http://0x1ffffffff:PORT/',
  'file:///etc/passwd', 'file://127.0.0.1:PORT/etc/passwd', 'ftp://127.0.0.1:PORT/', 'gopher://127.0.0.1:PORT/_x', 'dict://127.0.0.1:PORT/', 'ldap://127.0.0.1:PORT/', 'ws://127.0.0.1:PORT/', 'wss://127.0.0.1:PORT/', 'data:text/plain,secret', 'javascript:fetch("http://127.0.0.1:PORT")', 'blob:http://127.0.0.1:PORT/1', 'about:blank', 'node:fs', 'unix:/var/run/docker.sock', 'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
]

// biome-ignore format: a list
const closedPorts = [0, 1, 21, 22, 23, 25, 53, 110, 143, 389, 445, 2375, 3306, 5432, 5984, 6379, 8080, 8443, 9200, 11211, 27017, 65535]

// biome-ignore format: a list
const answers: [string, string[]][] = [
  ['this machine', ['127.0.0.1']], ['this machine by IPv6', ['::1']], ['a private network', ['10.1.2.3']], ['another', ['172.20.0.1']], ['a third', ['192.168.1.1']], ['a metadata service', ['169.254.169.254']], ['another metadata service', ['100.100.100.200']], ['a third metadata service', ['fd00:ec2::254']],
  ['no address in particular', ['0.0.0.0']], ['none by IPv6', ['::']], ['a mapped address', ['::ffff:127.0.0.1']], ['a mapped address in hex', ['::ffff:7f00:1']], ['a translated address', ['64:ff9b::7f00:1']], ['6to4', ['2002:7f00:1::']], ['Teredo', ['2001:0:7f00:1::']], ['a link', ['fe80::1']], ['a link with its zone', ['fe80::1%lo']],
  ['unique local', ['fd12:3456::1']], ['multicast', ['224.0.0.251']], ['multicast by IPv6', ['ff02::fb']], ['carrier-grade NAT', ['100.64.1.1']], ['broadcast', ['255.255.255.255']], ['a public address and this machine', ['93.184.216.34', '127.0.0.1']], ['this machine and a public address', ['127.0.0.1', '93.184.216.34']],
  ['a public address and this machine by IPv6', ['2606:4700::1111', '::1']], ['nothing', []], ['words', ['localhost']], ['octal', ['0177.0.0.1']], ['hex', ['0x7f000001']], ['an empty word', ['']],
]

describe('A request from outside cannot make the hub ask', () => {
  it.each(literals)('an address that is not public: %s', async (host) => {
    for (const scheme of ['http', 'https']) await expectRefused(`${scheme}://${host}:${trapPort}/latest/meta-data/`)
  })

  it.each(localNames)('a name that means this machine or network: %s', async (host) => {
    await expectRefused(`http://${host}:${trapPort}/`, ['93.184.216.34'])
  })

  it.each(odd)('an odd address: %j', async (address) => {
    await expectRefused(address.replaceAll('PORT', String(trapPort)), ['127.0.0.1'])
  })

  it.each(closedPorts)('port %i', async (port) => {
    const plain = guardedFetch({ resolve: async () => addressesOf(['93.184.216.34']) })
    for (const host of ['public.example', '93.184.216.34', '[2606:4700::1111]'])
      await expect(plain(`http://${host}:${port}/`)).rejects.toMatchObject({ cause: { code: 'ERR_DESTINATION_REFUSED' } })
    expect([reached, sockets]).toEqual([0, 0])
  })

  it.each(answers)('a name that leads to %s', async (_what, addresses) => {
    await expectRefused(`http://public.example:${trapPort}/`, addresses)
    await expectRefused(`http://public.example.:${trapPort}/`, addresses)
  })

  it('a host that is not one of the platform', async () => {
    const platform = guardedFetch({
      hosts: ['api.platform.example', '.cdn.example'],
      ports: [trapPort],
      resolve: async () => addressesOf(['93.184.216.34']),
    })
    for (const host of [
      'evil.example',
      'api.platform.example.evil.example',
      'xapi.platform.example',
      'cdn.example.evil',
      'evilcdn.example',
      'platform.example',
      '93.184.216.34',
    ]) {
      await expect(platform(`http://${host}:${trapPort}/`)).rejects.toMatchObject({
        cause: { message: expect.stringContaining('not a host of this platform') },
      })
    }
    expect([reached, sockets]).toEqual([0, 0])
  })
})

describe('A redirect cannot make the hub ask', () => {
  // biome-ignore format: a list
  const targets = [
    ...['127.0.0.1', '[::1]', 'localhost', '0x7f000001', '2130706433', '[::ffff:127.0.0.1]', '0', '169.254.169.254', '10.0.0.1', '[fd00:ec2::254]', '[64:ff9b::7f00:1]', 'metadata.google.internal', 'rebound.example'].map((host) => `http://${host}:PORT/`),
    '//127.0.0.1:PORT/', '//localhost:PORT', '\\\\127.0.0.1:PORT', 'http://user:pass@127.0.0.1:PORT/', 'https://127.0.0.1:PORT/', 'file:///etc/passwd', 'gopher://127.0.0.1:PORT/', 'data:text/plain,secret', 'javascript:alert(1)', 'http://[', 'ftp://127.0.0.1:PORT/',
  ]

  it.each(targets.flatMap((target) => [301, 302, 303, 307, 308].map((status) => [target, status] as const)))(
    '%s (by %i)',
    async (target, status) => {
      const server = createServer((_request, response) =>
        response.writeHead(status, { location: target.replaceAll('PORT', String(trapPort)) }).end(),
      )
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      const ask = guardedFetch({ allowed: [`127.0.0.1:${port}`], ports: [trapPort], resolve: async () => addressesOf(['127.0.0.1']) })
      await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
        cause: { code: expect.stringMatching(/^ERR_(DESTINATION|REDIRECT)_REFUSED$/) },
      })
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      expect([reached, sockets]).toEqual([0, 1])
    },
  )
})

describe('Whoever runs the hub', () => {
  it('can name a host of his own network, for that port alone', async () => {
    const resolve = async () => addressesOf(['127.0.0.1'])
    for (const named of ['127.0.0.1', 'localhost', 'standin.example', 'LOCALHOST', 'metadata']) {
      const ask = guardedFetch({ allowed: [`${named}:${trapPort}`], resolve })
      expect(await (await ask(`http://${named}:${trapPort}/`)).text()).toBe('secret')
      await expect(ask(`http://${named}:${trapPort + 1}/`)).rejects.toThrow()
      await expect(ask(`http://other.example:${trapPort}/`)).rejects.toThrow()
    }
  })

  it('cannot, by naming it, open a way to metadata services or beyond the network', async () => {
    for (const address of [
      '169.254.169.254',
      '100.100.100.200',
      'fd00:ec2::254',
      '0.0.0.0',
      '::ffff:127.0.0.1',
      'fe80::1',
      '224.0.0.1',
      '255.255.255.255',
    ]) {
      const ask = guardedFetch({
        allowed: [`named.example:${trapPort}`, `${address}:${trapPort}`, `[${address}]:${trapPort}`],
        resolve: async () => addressesOf([address]),
      })
      await expect(ask(`http://named.example:${trapPort}/`)).rejects.toMatchObject({ cause: { code: 'ERR_DESTINATION_REFUSED' } })
      await expect(ask(`http://${address.includes(':') ? `[${address}]` : address}:${trapPort}/`)).rejects.toMatchObject({
        cause: { code: 'ERR_DESTINATION_REFUSED' },
      })
    }
    expect([reached, sockets]).toEqual([0, 0])
  })

  it('is asked once for each name, and the answer is what is connected to', async () => {
    let asked = 0
    const turning = async () => {
      asked += 1
      return addressesOf([asked === 1 ? '127.0.0.1' : '169.254.169.254'])
    }
    const ask = guardedFetch({ allowed: [`turning.example:${trapPort}`], resolve: turning })
    expect(await (await ask(`http://turning.example:${trapPort}/`)).text()).toBe('secret')
    expect(asked).toBe(1)
    await expect(ask(`http://turning.example:${trapPort}/`)).rejects.toMatchObject({ cause: { code: 'ERR_DESTINATION_REFUSED' } })
    expect([asked, reached, sockets]).toEqual([2, 1, 1])
  })
})

describe('An address', () => {
  // biome-ignore format: a list
  it.each([
    '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '93.184.216.34', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0', '149.154.167.220', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255',
    '2001:200::1', '2001:4860:4860::8888', '2606:4700::1111', '2a00:1450::1', '2003::1', '64:ff9b::808:808', '64:ff9b::8.8.8.8',
  ])('that is public may be asked: %s', (address) => {
    expect(areaOf(address)).toBe('public')
  })
})

function addressesOf(addresses: string[]): ResolvedAddress[] {
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}

/** Refused before any socket was made; the port is open to all here, so that only the address can be the reason. */
async function expectRefused(address: string, resolved: string[] = ['127.0.0.1']): Promise<void> {
  const ask = guardedFetch({ ports: [trapPort], resolve: async () => addressesOf(resolved) })
  await expect(ask(address)).rejects.toBeInstanceOf(TypeError)
  expect([reached, sockets]).toEqual([0, 0])
}
