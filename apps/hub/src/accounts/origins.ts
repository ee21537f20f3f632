import { HubError } from '../errors.ts'

const loopback = ['localhost', '127.0.0.1', '[::1]']

export interface Origins {
  /** Whether a browser's `Origin` is the hub's own; a missing one or `null` is not. */
  isOwn(origin: string | null | undefined): boolean
  /** Refuses a foreign one; says where the hub is when it was merely opened under another address. */
  ensureOwn(origin: string | null | undefined, host: string | null | undefined): void
}

/** The hub's own origins: that of `publicUrl`, and for a hub on this very machine its other names of the machine itself. */
export function originsOf(publicUrl: string): Origins {
  const { origin, protocol, hostname, port } = new URL(publicUrl)
  const names = loopback.includes(hostname) ? loopback : []
  const own = new Set([origin, ...names.map((name) => new URL(`${protocol}//${name}${port ? `:${port}` : ''}`).origin)])
  const isOwn: Origins['isOwn'] = (given) => typeof given === 'string' && own.has(given)
  return {
    isOwn,
    ensureOwn: (given, host) => {
      if (isOwn(given)) return
      const misaddressed = host && given && URL.canParse(given) && new URL(given).host === host
      throw misaddressed ? new HubError('wrong_address', { url: origin }) : new HubError('foreign_origin')
    },
  }
}
