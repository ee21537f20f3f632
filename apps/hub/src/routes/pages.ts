import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Language } from '@parley/schema/vocabulary'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { demoPage, demoPolicy } from './demo-page.ts'
import { previewKey, previewPage, previewPolicy, previewScript } from './preview-page.ts'
import { openPart, pageIn, recentSite, type SiteStatus } from './site.ts'

export interface PageRoutes {
  consoleDir: string
  widgetDir: string
  /** A website's face by its public key. */
  site(key: string): Promise<SiteStatus | null>
  /** Whether a page of this origin may show it; undefined: it is no page of a browser that asks. */
  shows(site: SiteStatus, origin: string | undefined): boolean
  /** A page of this website says who is on it; answers with what that page is told beside the status. */
  beat(site: SiteStatus, c: Context, body: string): Promise<object | null>
  /** The key of the website whose chat stands on the sign-in page of this workspace, or of the only one; null: there is none. */
  signInChat(workspace: string | undefined): Promise<string | null>
  /** The demo shop page needs some website channel, and speaks its workspace's language. */
  demoSite(): Promise<{ key: string; language: Language } | null>
}

/** An address, one before it, a title. */
const mostBeatBytes = 16 * 1024
const consolePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
// Safari before 15.4 does not count a socket to the same host as 'self'.
const framePolicy = (ancestors: string, host: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws://${host} wss://${host}; base-uri 'none'; form-action 'none'; frame-ancestors ${ancestors}`

/** The console, the widget's files and the demo shop page. */
export function pageRoutes(options: PageRoutes): Hono {
  const app = new Hono()
  const immutable = (c: Context) => c.header('cache-control', 'public, max-age=31536000, immutable')
  const page = pages()

  app.get('/widget.js', (c) => asset(c, join(options.widgetDir, 'widget.js')))
  app.get('/widget/status', async (c) => {
    c.header('access-control-allow-origin', '*')
    const status = await recentSite(options, c.req.query('channel') ?? '')
    if (!status) return c.json({ code: 'not_found' }, 404)
    c.header('cache-control', 'public, max-age=5')
    return c.json(openPart(status, c.req.query('language')))
  })
  // The same for a page that says who is on it. Plain text, so that no browser asks first whether it may.
  app.post('/widget/status', bodyLimit({ maxSize: mostBeatBytes, onError: (c) => c.json({ code: 'too_large' }, 413) }), async (c) => {
    c.header('access-control-allow-origin', '*')
    c.header('cache-control', 'no-store')
    const status = await recentSite(options, c.req.query('channel') ?? '')
    // Where its frame may not stand there is no button either.
    if (!status || !options.shows(status, c.req.header('origin'))) return c.json({ code: 'not_found' }, 404)
    const body = await c.req.text()
    const told = await options.beat(status, c, body)
    return c.json({ ...openPart(status, c.req.query('language'), pageIn(body)), ...told })
  })
  app.get('/widget/frame', async (c) => {
    const key = c.req.query('channel') ?? ''
    const text = page(join(options.widgetDir, 'app/index.html'))
    const ownOnly = { allowedOrigins: [new URL(c.req.url).origin] }
    // In the preview of a look there is no website, so nothing in it is a real chat.
    const site = key === previewKey ? ownOnly : await options.site(key)
    if (!site || !text) return c.text('', 404)
    secure(c, framePolicy(site.allowedOrigins.length > 0 ? `'self' ${site.allowedOrigins.join(' ')}` : '*', new URL(c.req.url).host))
    return c.html(text)
  })
  // The same for a workspace that is not there: nobody learns which there are.
  app.get('/widget/sign-in', async (c) => c.json({ key: await options.signInChat(c.req.query('workspace')) }))
  app.get('/widget/preview', (c) => {
    secure(c, previewPolicy)
    return c.html(previewPage)
  })
  app.get('/widget/preview.js', (c) =>
    c.body(previewScript, 200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' }),
  )
  // The chat as a page of its own: where the link of a mail leads. Nobody frames it, and what follows the # reaches no other site.
  app.get('/chat/:key', (c) => {
    const text = page(join(options.widgetDir, 'app/index.html'))
    if (!text) return c.text('', 404)
    secure(c, framePolicy("'none'", new URL(c.req.url).host))
    c.header('referrer-policy', 'no-referrer')
    c.header('x-robots-tag', 'noindex')
    return c.html(text)
  })
  app.use(
    '/widget/assets/*',
    serveStatic({
      root: join(options.widgetDir, 'app'),
      precompressed: true,
      rewriteRequestPath: (path) => path.replace(/^\/widget/, ''),
      onFound: (_path, c) => {
        immutable(c)
      },
    }),
  )
  // A page of before the hub was renewed asks by names of before, and is not answered with the console.
  app.all('/widget/assets/*', (c) => c.text('', 404))
  app.get('/demo', async (c) => {
    const site = await options.demoSite()
    if (!site) return c.redirect('/')
    secure(c, demoPolicy)
    return c.html(demoPage(site.key, site.language))
  })

  app.use(
    '/assets/*',
    serveStatic({
      root: options.consoleDir,
      precompressed: true,
      onFound: (_path, c) => {
        immutable(c)
        // The name holds a hash of what is in it. Weak: it is sent compressed in several ways.
        c.header('etag', `W/"${c.req.path.split('/').at(-1)}"`)
      },
    }),
  )
  app.all('/assets/*', (c) => c.text('', 404))
  app.get(
    '/*',
    serveStatic({
      root: options.consoleDir,
      rewriteRequestPath: (path) => (/^\/[\w-]+\.(?:svg|png|ico|webmanifest|txt|js)$/.test(path) ? path : '/index.html'),
      onFound: (path, c) => {
        if (path.endsWith('.html')) secure(c, consolePolicy)
        c.header('cache-control', 'no-cache')
      },
    }),
  )
  return app
}

function secure(c: Context, policy: string): void {
  c.header('content-security-policy', policy)
  c.header('x-content-type-options', 'nosniff')
  c.header('referrer-policy', 'strict-origin-when-cross-origin')
  c.header('cache-control', 'no-cache')
}

/** Pages are small and read once. */
function pages() {
  const texts = new Map<string, string>()
  return (path: string): string | null => {
    if (!texts.has(path) && existsSync(path)) texts.set(path, readFileSync(path, 'utf8'))
    return texts.get(path) ?? null
  }
}

interface Loader {
  etag: string
  plain: Uint8Array<ArrayBuffer>
  br: Uint8Array<ArrayBuffer>
  gzip: Uint8Array<ArrayBuffer>
}
const loaders = new Map<string, Loader>()

/** The loader is asked for by every page view of every site: compressed once, and kept. */
function loaderAt(path: string): Loader | null {
  if (!loaders.has(path) && existsSync(path)) {
    const text = readFileSync(path)
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`
    loaders.set(path, {
      etag,
      plain: new Uint8Array(text),
      br: new Uint8Array(brotliCompressSync(text)),
      gzip: new Uint8Array(gzipSync(text)),
    })
  }
  return loaders.get(path) ?? null
}

function asset(c: Context, path: string): Response {
  const loader = loaderAt(path)
  if (!loader) return c.text('', 404)
  if (c.req.header('if-none-match') === loader.etag) return c.body(null, 304)
  const accepted = c.req.header('accept-encoding') ?? ''
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : null
  return c.body(loader[encoding ?? 'plain'], 200, {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=300',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
    etag: loader.etag,
    ...(encoding && { 'content-encoding': encoding }),
  })
}
