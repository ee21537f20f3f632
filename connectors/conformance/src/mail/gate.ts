import net, { type AddressInfo, type Socket } from 'node:net'

/** A door on loopback that can be slammed (`reset`) or stand open with nobody behind it (`hang`). */
export interface Gate {
  port: number
  /** How often somebody knocked. */
  knocks(): number
  vanish(how: 'reset' | 'hang'): void
  recover(): void
  /** Cuts every line and lets new ones in. */
  cut(): void
  /** Resolves when somebody is behind the door. */
  ready(): Promise<void>
  close(): Promise<void>
}

export async function openGate(welcome: (socket: Socket) => void, port = 0): Promise<Gate> {
  const sockets = new Set<Socket>()
  let waiting: (() => void)[] = []
  let gone: 'reset' | 'hang' | undefined
  let knocks = 0
  const ready = () => (gone === 'hang' ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve())
  const server = net.createServer((socket) => {
    knocks++
    socket.on('error', () => {})
    socket.setNoDelay(true)
    if (gone === 'reset') return void socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (gone === undefined) return welcome(socket)
    void ready().then(() => !socket.destroyed && welcome(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const recover = () => {
    gone = undefined
    for (const go of waiting) go()
    waiting = []
  }
  return {
    port: (server.address() as AddressInfo).port,
    knocks: () => knocks,
    vanish(how) {
      gone = how
      if (how === 'reset') cut()
    },
    recover,
    cut,
    ready,
    close() {
      recover()
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
