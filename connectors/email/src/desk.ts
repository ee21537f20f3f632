import type { Host } from '@parley/schema/connector'
import type { ImapFlow } from 'imapflow'
import { openImap, sentFolder, uidsOf, within } from './imap.ts'
import type { EmailOptions } from './options.ts'
import type { Timing } from './timing.ts'

/** A second connection to the mailbox, for what must not disturb the one that listens. Opened when it is needed. */
export interface Desk {
  /** One after another; with `folder` selected. Fails after `ms` without an end, and then begins anew with the next. */
  use<T>(folder: string | undefined, task: (client: ImapFlow) => Promise<T>, ms?: number): Promise<T>
  /** Is the letter with this id among those sent? */
  wasSent(id: string): Promise<boolean>
  keepSent(raw: Buffer): Promise<void>
  close(): void
}

export function createDesk(host: Host<EmailOptions>, timing: Timing, signal: AbortSignal): Desk {
  let client: ImapFlow | undefined
  let last: Promise<unknown> = Promise.resolve()
  let unused: NodeJS.Timeout | undefined
  let sent: string | undefined

  function close() {
    clearTimeout(unused)
    client?.close()
    client = undefined
  }

  function use<T>(folder: string | undefined, task: (client: ImapFlow) => Promise<T>, ms = timing.callMs): Promise<T> {
    const turn = last.then(() => within(run(folder, task), ms).catch(fail))
    last = turn.catch(() => {})
    return turn
  }

  async function run<T>(folder: string | undefined, task: (client: ImapFlow) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    clearTimeout(unused)
    if (!client?.usable) client = await openImap(host, timing, signal)
    if (folder && (!client.mailbox || client.mailbox.path !== folder)) await client.mailboxOpen(folder, { readOnly: true })
    const done = await task(client)
    unused = setTimeout(close, timing.idleMs)
    unused.unref()
    return done
  }

  /** Nobody knows in what state a line is on which something failed. */
  function fail(error: unknown): never {
    close()
    throw error
  }

  const sentPath = async (open: ImapFlow): Promise<string> => {
    sent ??= (await sentFolder(open)) ?? (await open.mailboxCreate('Sent')).path
    return sent
  }

  return {
    use,
    wasSent: (id) =>
      use(undefined, async (open) => {
        // Selected anew: some servers search only what was there when the folder was opened.
        await open.mailboxOpen(await sentPath(open), { readOnly: true })
        return (await uidsOf(open, { header: { 'message-id': `<${id}>` } })).length > 0
      }),
    keepSent: (raw) => use(undefined, async (open) => void (await open.append(await sentPath(open), raw, ['\\Seen']))),
    close,
  }
}
