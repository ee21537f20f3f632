import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Scene } from './scene.ts'

/** A company's own website: of another origin than the hub, with a policy that allows as little as the chat needs. */
export interface Site {
  origin: string
  /** What its page says before the chat's script is there, and the further attributes of that script. */
  serve(calls: string, attributes?: string): void
  close(): void
}

export async function openSite(scene: Scene, publicKey: string): Promise<Site> {
  let calls = ''
  let attributes = ''
  const stub = () => `window.Parley=window.Parley||function(){(Parley.q=Parley.q||[]).push(arguments)};${calls}`
  const server = createServer((_, response) => {
    const hash = createHash('sha256').update(stub()).digest('base64')
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src 'sha256-${hash}' ${scene.address}; connect-src ${scene.address}; frame-src ${scene.address}`,
    })
    response.end(
      `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1><script>${stub()}</script><script async src="${scene.address}/widget.js" data-channel="${publicKey}" ${attributes}></script>`,
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(next, more = '') {
      calls = next
      attributes = more
    },
    close: () => server.close(),
  }
}
