import type Sharp from 'sharp'

export interface ChildLimits {
  /** Longest side of the answer in pixels. */
  side: number
  /** The part of the picture that draws the eye, cut to a square of that side. */
  square?: boolean
  /** Pixels of the picture given, width by height. */
  pixels: number
  /** Resident memory in bytes at which the child gives up. */
  memory: number
}

/**
 * The whole program of the child process: a picture on stdin, a WebP on stdout, exit code 0; any other exit is "no thumbnail".
 * Sent to the child as text, so it must not use anything from outside itself.
 */
export async function thumbnailChild(sharp: typeof Sharp, proc: NodeJS.Process, limits: ChildLimits): Promise<void> {
  // libvips works on its own threads, so this one is free to watch the memory it takes.
  setInterval(() => {
    if (proc.memoryUsage.rss() > limits.memory) proc.exit(3)
  }, 10).unref()
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'] })
  try {
    const chunks: Buffer[] = []
    for await (const chunk of proc.stdin) chunks.push(chunk)
    const picture = sharp(Buffer.concat(chunks), { limitInputPixels: limits.pixels, sequentialRead: true, failOn: 'error', pages: 1 })
    const side = { width: limits.side, height: limits.side }
    const size = limits.square
      ? ({ ...side, fit: 'cover', position: 'attention' } as const)
      : ({ ...side, fit: 'inside', withoutEnlargement: true } as const)
    const webp = await picture.rotate().resize(size).webp({ quality: 78 }).toBuffer()
    proc.stdout.write(webp, () => proc.exit(0))
  } catch {
    proc.exit(2)
  }
}
