import { type Component, defineAsyncComponent } from 'vue'
import { restOfWords } from './i18n.ts'

type Loaded<Part> = Promise<{ default: Part }>

const retryAfterMs = 3_000
const mostTries = 5
const parts: (() => Promise<unknown>)[] = []
let fetched = 0
let isAtRest = false

/**
 * A part that the first page can do without. It is fetched when it is first shown or when the page has come to rest, whichever is sooner; so it opens
 * at once, also when the line has been cut meanwhile. To be called once per part, outside of `setup`.
 */
export function later<Part extends Component>(load: () => Loaded<Part>): Part {
  const part = defineAsyncComponent<Part>({
    loader: () => withWords(load).then((module) => module.default),
    delay: 0,
    onError: (_error, retry, fail, tries) => (tries < mostTries ? setTimeout(retry, retryAfterMs) : fail()),
  })
  // What Vue itself calls when it first needs the part: afterwards the part is there within the same tick.
  parts.push((part as unknown as { __asyncLoader: () => Promise<unknown> }).__asyncLoader)
  if (isAtRest) void fetchNext()
  return part
}

/** A page that is fetched when it is first gone to or when the desk has come to rest, as a part is. */
export function laterPage(load: () => Loaded<Component>): () => Loaded<Component> {
  const page = () => withWords(load)
  parts.push(page)
  return page
}

/** A page or part together with the words and icons that only such later ones have. */
export async function withWords<Part>(load: () => Loaded<Part>): Loaded<Part> {
  const [module] = await Promise.all([load(), restOfWords(), restOfIcons()])
  return module
}

/** Fetches every later part, one after the other, whenever nothing else is to do. */
export function fetchAtRest(): void {
  if (isAtRest) return
  isAtRest = true
  void fetchNext()
}

let isFetching = false
async function fetchNext(): Promise<void> {
  if (isFetching) return
  isFetching = true
  while (fetched < parts.length) {
    await rest()
    await parts[fetched++]?.().catch(() => {})
  }
  isFetching = false
}

/** Safari has no idle callbacks. */
const rest = () =>
  new Promise<void>((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 2_000 })
    else setTimeout(resolve, 100)
  })

let icons: Promise<void> | undefined
function restOfIcons(): Promise<void> {
  icons ??= import('virtual:later-icons').then((module) => module.default())
  icons.catch(() => {
    icons = undefined
  })
  return icons
}
