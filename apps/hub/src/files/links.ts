import { createHmac, timingSafeEqual } from 'node:crypto'

export const fileVariants = ['original', 'thumbnail'] as const
export type FileVariant = (typeof fileVariants)[number]

export interface FileLink {
  /** Workspace id. */
  workspace: string
  /** File id. */
  file: string
  variant: FileVariant
  /** Who may use it, in the hub's own words, for example `operator:<id>` or `visitor:<id>`. */
  viewer: string
}

const minute = 60_000
const minutes = 5
const word = /^[A-Za-z0-9:_.-]{1,120}$/

/**
 * An address `/files/<id>?w=…&v=…&u=…&e=…&s=…` for this viewer alone, good for four to five minutes.
 * Asked again within the same minute it is the same address, so that answers and caches stay as they are.
 * It carries no credential: who follows it must still be that viewer and may still see the file.
 */
export function signFileLink(key: Uint8Array, link: FileLink, now = Date.now()): string {
  const words = [link.workspace, link.file, link.viewer]
  if (!words.every((each) => word.test(each))) throw new Error('a file link takes ids only')
  const expires = (Math.floor(now / minute) + minutes) * 60
  const query = new URLSearchParams({
    w: link.workspace,
    v: link.variant,
    u: link.viewer,
    e: String(expires),
    s: signature(key, link, expires),
  })
  return `/files/${link.file}?${query}`
}

/** What the address allows, or nothing when it is forged, changed or over. */
export function verifyFileLink(key: Uint8Array, address: string | URL, now = Date.now()): FileLink | undefined {
  const url = parse(address)
  const file = url?.pathname.match(/^\/files\/([^/]+)$/)?.[1]
  if (!url || !file) return undefined
  const [workspace, variant, viewer, expires, given] = ['w', 'v', 'u', 'e', 's'].map((name) => only(url.searchParams, name))
  if (!workspace || !viewer || !expires || !given || !isVariant(variant) || !/^\d{1,12}$/.test(expires)) return undefined
  const link: FileLink = { workspace, file, variant, viewer }
  if (!same(given, signature(key, link, Number(expires)))) return undefined
  return Number(expires) * 1000 > now ? link : undefined
}

/** The parts are given as a JSON list: no two links have the same text. */
function signature(key: Uint8Array, { workspace, file, variant, viewer }: FileLink, expires: number): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['file', workspace, file, variant, viewer, expires]))
    .digest('base64url')
}

function same(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}

function parse(address: string | URL): URL | undefined {
  try {
    return new URL(address, 'http://hub')
  } catch {
    return undefined
  }
}

function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  return values.length === 1 ? values[0] : undefined
}

function isVariant(value: string | undefined): value is FileVariant {
  return fileVariants.some((variant) => variant === value)
}
