import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A shop's page on another origin than the hub, under a strict policy of its own, that carries the widget. */
export async function startHost(hub: string, { language = 'en', channel = 'demo', head = '', policy = true } = {}) {
  const body = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title>${head}
<link rel="stylesheet" href="/shop.css"></head>
<body><main><h1>Garden chairs</h1><p>${'Every chair is made of oak. '.repeat(60)}</p></main><script async src="${hub}/widget.js" data-channel="${channel}"></script></body></html>`
  const rules = `default-src 'none'; script-src ${hub}; style-src 'self'; connect-src ${hub}; frame-src ${hub}; img-src 'self'`
  const server = createServer((request, response) => {
    const css = request.url === '/shop.css'
    response.writeHead(200, {
      'content-type': css ? 'text/css' : 'text/html; charset=utf-8',
      ...(policy && { 'content-security-policy': rules }),
    })
    // Rules as careless as they come: none of them may reach the widget.
    response.end(
      css
        ? '*{letter-spacing:1px}button,iframe,div,svg{display:none!important;color:red!important}body{margin:24px;font-family:serif}'
        : body,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}/`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}
