import type { Look } from '../../db/tables/look.ts'
import { findPublished, picturesOf } from '../../domain/look.ts'
import { type Face, faceOf } from '../../domain/look-face.ts'
import { usualLook } from '../../domain/look-shape.ts'
import { systemOf } from '../../work.ts'
import type { VisitorContext } from '../context.ts'

export interface LookedAt {
  workspaceId: string
  channelId: string
  options: Record<string, unknown>
}

/** Read once for all fields of an answer. */
const looks = new WeakMap<LookedAt, Promise<{ look: Look; face: Face }>>()

export function lookOfSite(site: LookedAt, { services }: Pick<VisitorContext, 'services'>): Promise<{ look: Look; face: Face }> {
  const read =
    looks.get(site) ??
    services.works.read(systemOf(site.workspaceId), async (work) => {
      const look = (await findPublished(work, site.channelId))?.look ?? usualLook
      return { look, face: faceOf(look, await picturesOf(work, look, services.publicUrl), site.options.accent) }
    })
  looks.set(site, read)
  return read
}
