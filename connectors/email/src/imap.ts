import type { Host } from '@parley/schema/connector'
import { ImapFlow } from 'imapflow'
import type { EmailOptions } from './options.ts'
import { endpointOf } from './smtp.ts'
import type { Timing } from './timing.ts'

/** A client that is signed in. The signal ends the attempt to get there. */
export async function openImap(host: Host<EmailOptions>, timing: Timing, signal: AbortSignal): Promise<ImapFlow> {
  const { host: name, port, secure, mustEncrypt, auth, lookup, servername } = await endpointOf(host, 'imap')
  signal.throwIfAborted()
  const client = new ImapFlow({
    host: name,
    port,
    secure,
    ...(!secure && { doSTARTTLS: mustEncrypt }),
    auth,
    servername,
    // net and tls take it both; the types know it of one only.
    tls: { lookup, noDelay: true, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2_500 } as object,
    logger: false,
    clientInfo: { name: 'Parley' },
    disableAutoIdle: true,
    connectionTimeout: timing.callMs,
    greetingTimeout: timing.callMs,
    socketTimeout: timing.callMs + timing.pingMs,
    // A server that cannot tell of new letters is asked for them.
    missingIdleCommand: 'NOOP',
  })
  // What goes wrong is thrown by the command it befalls; without a listener it would end the process.
  client.on('error', () => {})
  const cut = () => client.close()
  signal.addEventListener('abort', cut, { once: true })
  try {
    await within(client.connect(), 3 * timing.callMs)
    signal.throwIfAborted()
    return client
  } catch (error) {
    client.close()
    throw error
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

/** Fails after so long; what was asked goes on by itself. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), ms)
  })
  promise.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Numbers of letters that fit, lowest first. */
export async function uidsOf(client: ImapFlow, query: Parameters<ImapFlow['search']>[0]): Promise<number[]> {
  return ((await client.search(query, { uid: true })) || []).sort((a, b) => a - b)
}

/** The folder in which sent letters lie: what the server calls so, or is called so. */
export async function sentFolder(client: ImapFlow): Promise<string | undefined> {
  const folders = await client.list()
  return (
    folders.find(({ specialUse }) => specialUse === '\\Sent')?.path ?? folders.find(({ path }) => /^(inbox[./])?sent$/i.test(path))?.path
  )
}
