import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartFault } from './fault.ts'

const minimum = 32

/**
 * The hub's master secret: `PARLEY_SECRET` when set, else the file `<dataDir>/secret`, made on the first start and readable by
 * its owner alone. Never used as a key itself: see deriveKey.
 */
export async function loadSecret(options: { secret?: string | undefined; dataDir: string }): Promise<string> {
  const secret = options.secret ?? (await secretFile(options.dataDir))
  if (secret.length >= minimum) return secret
  const where = options.secret === undefined ? join(options.dataDir, 'secret') : 'PARLEY_SECRET'
  throw new StartFault(`${where} is shorter than ${minimum} characters: use the output of \`openssl rand -hex 32\`.`)
}

async function secretFile(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret')
  const known = await readSecret(path)
  if (known !== undefined) return known
  await mkdir(dataDir, { recursive: true })
  await writeOnce(path, `${randomBytes(32).toString('hex')}\n`)
  return (await readSecret(path)) ?? ''
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(path, 'utf8')).trim()
    await chmod(path, 0o600).catch(() => {})
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A link is made only from a whole file and never over another: of two hubs starting at once, both read the same secret. */
async function writeOnce(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, content, { flag: 'wx', mode: 0o600, flush: true })
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
}
