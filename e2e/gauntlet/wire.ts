import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

export type WireState = 'carries' | 'hangs' | 'refuses'

/** The line between the hub and a platform. */
export interface Wire {
  port: number
  /** `hangs`: what is open says nothing any more, what is new is never answered. `refuses`: everything is cut, and what is new at once. */
  become(state: WireState): void
  close(): Promise<void>
}

/** A line of its own to whatever listens on that port of this machine. */
export async function stretch(to: number): Promise<Wire> {
  let state: WireState = 'carries'
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    return socket
  }
  const server = createServer((near) => {
    keep(near)
    if (state === 'refuses') return void near.resetAndDestroy()
    if (state === 'hangs') return void near.pause()
    const far = keep(dial(to, '127.0.0.1'))
    near.on('close', () => far.destroy()).pipe(far)
    far.on('close', () => near.destroy()).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    become(next) {
      if (next === state) return
      state = next
      for (const socket of open) {
        if (next !== 'hangs') socket.destroy()
        // Nothing passes, and nobody is told.
        else socket.unpipe().pause()
      }
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
