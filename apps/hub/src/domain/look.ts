import type { WidgetPicture } from '@parley/schema/vocabulary'
import { and, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import { type Look, widgetImages, widgetLooks } from '../db/tables/look.ts'
import { HubError, notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { type Channel, findChannel, lockChannel } from './channel.ts'
import { newId } from './ids.ts'
import type { DrawnPictures } from './look-face.ts'
import { type LookInput, lookOf, usualLook } from './look-shape.ts'

export type LookVersion = typeof widgetLooks.$inferSelect
export type Image = typeof widgetImages.$inferSelect

const ofChannel = (work: Work, channelId: string) =>
  and(eq(widgetLooks.workspaceId, work.workspaceId), eq(widgetLooks.channelId, channelId))

/** What visitors see now; undefined: the usual. */
export async function findPublished(work: Work, channelId: string): Promise<LookVersion | undefined> {
  const [row] = await work.db
    .select()
    .from(widgetLooks)
    .where(and(ofChannel(work, channelId), isNotNull(widgetLooks.number)))
    .orderBy(desc(widgetLooks.number))
    .limit(1)
  return row
}

export async function findDraft(work: Work, channelId: string): Promise<LookVersion | undefined> {
  const [row] = await work.db
    .select()
    .from(widgetLooks)
    .where(and(ofChannel(work, channelId), isNull(widgetLooks.number)))
  return row
}

/** What was published, the newest first. */
export const listPublished = (work: Work, channelId: string): Promise<LookVersion[]> =>
  work.db
    .select()
    .from(widgetLooks)
    .where(and(ofChannel(work, channelId), isNotNull(widgetLooks.number)))
    .orderBy(desc(widgetLooks.number))
    .limit(50)

/** The website whose look an admin sees to. */
export async function getLookedAfter(work: Work, channelId: string): Promise<Channel> {
  ensure(work.actor, 'look.manage')
  return ensureWebsite(await findChannel(work, channelId))
}

/** The look that would be published now. */
export async function presentLook(work: Work, channelId: string): Promise<Look> {
  return ((await findDraft(work, channelId)) ?? (await findPublished(work, channelId)))?.look ?? usualLook
}

/** What the input would look like, without keeping it. */
export async function tryLook(work: Work, channelId: string, input: LookInput): Promise<Look> {
  await getLookedAfter(work, channelId)
  return lookOf(input, (await presentLook(work, channelId)).pictures)
}

export async function saveDraft(work: Work<OperatorActor>, channelId: string, input: LookInput): Promise<Channel> {
  const channel = await lockWebsite(work, channelId)
  await putDraft(work, channelId, lookOf(input, (await presentLook(work, channelId)).pictures))
  return channel
}

/** The draft becomes what visitors see, under the next number; without one nothing changes. */
export async function publishLook(work: Work<OperatorActor>, channelId: string): Promise<Channel> {
  const channel = await lockWebsite(work, channelId)
  const draft = await findDraft(work, channelId)
  if (draft) await publish(work, channelId, draft.look, null)
  return channel
}

/** What was published under this number is published again, under 0 the usual look; the draft is dropped. */
export async function revertLook(work: Work<OperatorActor>, channelId: string, number: number): Promise<Channel> {
  const channel = await lockWebsite(work, channelId)
  const [version] = await work.db
    .select()
    .from(widgetLooks)
    .where(and(ofChannel(work, channelId), eq(widgetLooks.number, number)))
  const look = version?.look ?? (number === 0 ? usualLook : null)
  if (!look) throw new HubError('not_found', { field: 'number' })
  await publish(work, channelId, look, number)
  return channel
}

export async function discardDraft(work: Work<OperatorActor>, channelId: string): Promise<Channel> {
  const channel = await lockWebsite(work, channelId)
  await dropDraft(work, channelId)
  return channel
}

/** Puts a picture into the draft, or takes it out. */
export async function setPicture(
  work: Work<OperatorActor>,
  channelId: string,
  place: WidgetPicture,
  image: Pick<Image, 'storageKey' | 'width' | 'height'> | null,
): Promise<Channel> {
  const channel = await lockWebsite(work, channelId)
  const look = await presentLook(work, channelId)
  const pictures = { ...look.pictures }
  delete pictures[place]
  if (image) {
    const id = newId()
    await work.db.insert(widgetImages).values({ workspaceId: work.workspaceId, id, channelId, ...image })
    pictures[place] = id
  }
  await putDraft(work, channelId, { ...look, pictures })
  return channel
}

/** The pictures of a look as they are drawn; `base`: where the hub is reached. */
export async function picturesOf(work: Work, look: Look, base: string): Promise<DrawnPictures> {
  const places = Object.entries(look.pictures) as [WidgetPicture, string][]
  if (places.length === 0) return {}
  const images = await work.db
    .select()
    .from(widgetImages)
    .where(
      and(
        eq(widgetImages.workspaceId, work.workspaceId),
        inArray(
          widgetImages.id,
          places.map(([, id]) => id),
        ),
      ),
    )
  return Object.fromEntries(
    places.flatMap(([place, id]) => {
      const image = images.find((each) => each.id === id)
      return image ? [[place, { url: `${base}/looks/${work.workspaceId}/${id}`, width: image.width, height: image.height }]] : []
    }),
  )
}

/** Where the bytes of a picture are. Everybody may see it: it stands on public pages. */
export async function findImage(work: Work, imageId: string): Promise<string | null> {
  const [row] = await work.db
    .select({ key: widgetImages.storageKey })
    .from(widgetImages)
    .where(and(eq(widgetImages.workspaceId, work.workspaceId), eq(widgetImages.id, imageId)))
  return row?.key ?? null
}

/** Pictures of drafts that were replaced or dropped: no look names them, so none of the history can bring them back. */
export const dropUnusedPictures = (work: Work) => work.sql`
  delete from widget_images i where i.workspace_id = ${work.workspaceId} and not exists (
    select from widget_looks l where l.workspace_id = i.workspace_id and l.channel_id = i.channel_id
      and exists (select from jsonb_each_text(l.look -> 'pictures') picture where picture.value = i.id::text))`

async function publish(work: Work<OperatorActor>, channelId: string, look: Look, revertOf: number | null): Promise<void> {
  const last = await findPublished(work, channelId)
  await work.db.insert(widgetLooks).values({
    workspaceId: work.workspaceId,
    id: newId(),
    channelId,
    number: (last?.number ?? 0) + 1,
    look,
    revertOf,
    operatorId: work.actor.operatorId,
  })
  await dropDraft(work, channelId)
  work.record({ type: 'channel.changed', subjectId: channelId })
}

async function putDraft(work: Work<OperatorActor>, channelId: string, look: Look): Promise<void> {
  await dropDraft(work, channelId)
  await work.db
    .insert(widgetLooks)
    .values({ workspaceId: work.workspaceId, id: newId(), channelId, number: null, look, operatorId: work.actor.operatorId })
}

const dropDraft = (work: Work, channelId: string) =>
  work.db.delete(widgetLooks).where(and(ofChannel(work, channelId), isNull(widgetLooks.number)))

async function lockWebsite(work: Work, channelId: string): Promise<Channel> {
  ensure(work.actor, 'look.manage')
  return ensureWebsite(await lockChannel(work, channelId))
}

function ensureWebsite(channel: Channel): Channel {
  if (channel.kind !== 'web') throw notFound()
  return channel
}
