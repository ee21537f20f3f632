import { limits, type WidgetPicture, widgetPictures } from '@parley/schema/vocabulary'
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { findPicture } from '../domain/approach-text.ts'
import { type File, findReadableFile, keepUpload, picturesOf } from '../domain/file.ts'
import { idOf } from '../domain/ids.ts'
import { findImage, getLookedAfter, setPicture } from '../domain/look.ts'
import { avatarPath, findAvatar, setAvatar } from '../domain/profile.ts'
import { HubError, notFound } from '../errors.ts'
import { fileHead } from '../files/headers.ts'
import { isLetterView, type LetterPicture, letterHead, letterPage } from '../files/letter.ts'
import { verifyFileLink } from '../files/links.ts'
import { anyFile, type FilePolicy, picturesOnly, visitorFiles } from '../files/policy.ts'
import { FileRefusal } from '../files/refusal.ts'
import type { Storage } from '../files/storage.ts'
import { keepThumbnail, type Thumbnails, thumbnailTypes } from '../files/thumbnails.ts'
import { receiveUpload } from '../files/upload.ts'
import type { Log } from '../log.ts'
import { type OperatorActor, systemOf, type VisitorActor, type Work, type Works } from '../work.ts'
import { answerTo, refusal } from './answer.ts'

export interface FileRoutes {
  works: Works
  storage: Storage
  thumbnails: Thumbnails
  /** Draws pictures of people as squares. */
  avatars: Thumbnails
  /** Draws pictures of the widget. */
  pictures: Thumbnails
  log: Log
  /** Signs links. */
  linkKey: Uint8Array
  /** The operator of a request by its cookie, in this workspace (an id for links, a slug for uploads). */
  operatorOf(c: Context, workspace: { id: string } | { slug: string }): Promise<OperatorActor | null>
  /** Refuses a cookie's POST from elsewhere. */
  ensureOwnOrigin(c: Context): void
  visitorOf(header: string | null): Promise<VisitorActor | null>
  /** The visitor a link was signed for, while he is one. */
  visitorBy(workspaceId: string, identityId: string): Promise<VisitorActor | null>
  /** Most bytes a visitor of this channel may send. */
  visitorLimit(actor: VisitorActor): Promise<number>
  takeUpload(key: string): void
}

const avatarBytes = 10 * 1024 * 1024

/** Uploads at /files and /widget/files, and files behind signed links, whose rights are asked for again at each reading. */
export function fileRoutes(options: FileRoutes): Hono {
  const { works, storage, log, linkKey } = options
  const app = new Hono()
  app.onError((error, c) => (error instanceof FileRefusal ? refusedFile(c, error) : answerTo(error, c, log)))

  app.post('/files', async (c) => {
    options.ensureOwnOrigin(c)
    const actor = await options.operatorOf(c, { slug: c.req.header('x-parley-workspace') ?? '' })
    if (!actor) throw new HubError('signed_out')
    return c.json(await receive(c, actor, actor.operatorId, limits.fileBytes, anyFile), 201)
  })
  app.post('/files/avatar', async (c) => {
    options.ensureOwnOrigin(c)
    const actor = await options.operatorOf(c, { slug: c.req.header('x-parley-workspace') ?? '' })
    if (!actor) throw new HubError('signed_out')
    return c.json({ avatarUrl: await receiveAvatar(c, actor) }, 201)
  })
  app.post('/files/look', async (c) => {
    options.ensureOwnOrigin(c)
    const actor = await options.operatorOf(c, { slug: c.req.header('x-parley-workspace') ?? '' })
    if (!actor) throw new HubError('signed_out')
    const place = widgetPictures.find((each) => each === c.req.query('place'))
    if (!place) throw new HubError('invalid', { field: 'place' })
    await receiveLookPicture(c, actor, idOf(c.req.query('channel') ?? ''), place)
    return c.json({ place }, 201)
  })
  app.get('/avatars/:workspace/:id', (c) => publicPicture(c, findAvatar))
  app.get('/looks/:workspace/:id', async (c) => {
    const response = await publicPicture(c, findImage)
    // It stands on the pages of others.
    response.headers.set('cross-origin-resource-policy', 'cross-origin')
    return response
  })
  // What goes with an offer is for whoever visits the website; where it is cannot be guessed.
  app.get('/pictures/:workspace/:id', async (c) => {
    const [workspace, id] = [idOf(c.req.param('workspace')), idOf(c.req.param('id'))]
    const file = await works.read(systemOf(workspace), (work) => findPicture(work, id))
    const key = file?.thumbnailKey ?? file?.storageKey
    const stat = key ? await storage.stat(key) : undefined
    if (!file || !key || !stat) throw notFound()
    const variant = file.thumbnailKey ? 'thumbnail' : 'original'
    const head = fileHead({ name: file.name, mime: file.mime, size: stat.size, etag: key, variant }, c.req.raw.headers)
    return new Response(head.status === 200 || head.status === 206 ? await storage.open(key, head.range) : null, head)
  })
  app.post('/widget/files', async (c) => {
    const actor = await options.visitorOf(c.req.header('authorization') ?? null)
    if (!actor) throw new HubError('signed_out')
    options.takeUpload(`upload ${actor.identityId}`)
    return c.json(await receive(c, actor, actor.identityId, await options.visitorLimit(actor), visitorFiles), 201)
  })
  app.get('/files/:id', async (c) => {
    const link = verifyFileLink(linkKey, c.req.url)
    if (!link) throw notFound()
    const [kind, id = ''] = link.viewer.split(':')
    const actor =
      kind === 'operator' ? await options.operatorOf(c, { id: link.workspace }) : await options.visitorBy(link.workspace, idOf(id))
    if (!actor || (actor.kind === 'operator' && actor.operatorId !== id)) throw notFound()
    const shown = c.req.query('as')
    const [file, pictures] = await works.read(actor, async (work) => {
      const found = await findReadableFile(work, link.file)
      return [found, found?.source?.letter && isLetterView(shown) ? await picturesOf(work, found) : []] as const
    })
    const key = link.variant === 'thumbnail' ? file?.thumbnailKey : file?.storageKey
    if (!file || !key) throw notFound()
    if (isLetterView(shown) && file.source?.letter && link.variant === 'original')
      return new Response(letterPage(await storage.open(key), pictures.map(drawable)), { headers: letterHead(shown) })
    const size = link.variant === 'thumbnail' ? ((await storage.stat(key))?.size ?? 0) : file.size
    const head = fileHead({ name: file.name, mime: file.mime, size, etag: key, variant: link.variant }, c.req.raw.headers)
    const body = head.status === 200 || head.status === 206 ? await storage.open(key, head.range) : null
    return new Response(body, { status: head.status, headers: head.headers })
  })

  const drawable = ({ source, mime, size, storageKey }: File): LetterPicture => ({
    contentId: source?.contentId ?? '',
    mime,
    size,
    open: () => storage.open(storageKey ?? ''),
  })

  async function receive(c: Context, actor: OperatorActor | VisitorActor, uploaderId: string, maxBytes: number, allowed: FilePolicy) {
    const kept = await receiveUpload(c.req.raw.headers, c.req.raw.body, { storage, maxBytes, allowed, signal: c.req.raw.signal })
    const thumbnail = thumbnailTypes.includes(kept.mime) ? await keepThumbnail(options.thumbnails, storage, kept.key) : undefined
    const file = await works
      .work(actor, (work) => keepUpload(work, uploaderId, { ...kept, thumbnailKey: thumbnail?.key }))
      .catch(async (error) => {
        await Promise.all([storage.remove(kept.key), thumbnail && storage.remove(thumbnail.key)])
        throw error
      })
    return { id: file.id, name: file.name, mime: file.mime, size: file.size, kind: file.kind, width: file.width, height: file.height }
  }
  /** The picture is kept as the hub draws it, square and without what its maker put into it; what was sent is not. */
  async function receiveAvatar(c: Context, actor: OperatorActor): Promise<string | null> {
    const sent = await receiveUpload(c.req.raw.headers, c.req.raw.body, {
      storage,
      maxBytes: avatarBytes,
      allowed: picturesOnly,
      signal: c.req.raw.signal,
    })
    const drawn = await keepThumbnail(options.avatars, storage, sent.key).finally(() => storage.remove(sent.key))
    if (!drawn) throw new HubError('unsupported_file', { field: 'file' })
    const operator = await works
      .work(actor, (work) => setAvatar(work, drawn.key))
      .catch(async (error) => {
        await storage.remove(drawn.key)
        throw error
      })
    return avatarPath(operator)
  }
  /** The picture is kept as the hub draws it, without what its maker put into it; what was sent is not. */
  async function receiveLookPicture(c: Context, actor: OperatorActor, channelId: string, place: WidgetPicture): Promise<void> {
    await works.read(actor, (work) => getLookedAfter(work, channelId))
    const sent = await receiveUpload(c.req.raw.headers, c.req.raw.body, {
      storage,
      maxBytes: avatarBytes,
      allowed: picturesOnly,
      signal: c.req.raw.signal,
    })
    const drawn = await keepThumbnail(options.pictures, storage, sent.key).finally(() => storage.remove(sent.key))
    if (!drawn) throw new HubError('unsupported_file', { field: 'file' })
    const { key: storageKey, width, height } = drawn
    await works
      .work(actor, (work) => setPicture(work, channelId, place, { storageKey, width, height }))
      .catch(async (error) => {
        await storage.remove(drawn.key)
        throw error
      })
  }
  /** What everybody may see who knows its name. */
  async function publicPicture(c: Context, find: (work: Work, id: string) => Promise<string | null>): Promise<Response> {
    const [workspace, id] = [idOf(c.req.param('workspace') ?? ''), idOf(c.req.param('id') ?? '')]
    const key = await works.read(systemOf(workspace), (work) => find(work, id))
    const stat = key ? await storage.stat(key) : undefined
    if (!key || !stat) throw notFound()
    const head = fileHead({ name: 'picture.webp', mime: 'image/webp', size: stat.size, etag: key, variant: 'thumbnail' }, c.req.raw.headers)
    const body = head.status === 200 || head.status === 206 ? await storage.open(key, head.range) : null
    // Another picture has another name.
    return new Response(body, { status: head.status, headers: { ...head.headers, 'cache-control': 'public, max-age=31536000, immutable' } })
  }
  return app
}

const words = {
  empty: 'required',
  malformed: 'invalid',
  cut: 'invalid',
  not_found: 'not_found',
  too_large: 'too_large',
  unsupported: 'unsupported_file',
  storage_full: 'unavailable',
  storage_down: 'unavailable',
} as const

function refusedFile(c: Context, error: FileRefusal): Response {
  const answer = refusal(c, words[error.code], { max: error.message.match(/\d+/)?.[0] ?? '' }, 'file')
  return new Response(answer.body, { status: error.status as ContentfulStatusCode, headers: answer.headers })
}
