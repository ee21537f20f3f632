import type { WebSocket } from 'ws'

/**
 * More than this waiting in a socket, and its client is left behind until it has read it. A line that takes it within the time after
 * which a client counts as one that does not read keeps up: from 70 kbit/s on.
 */
const mostBuffered = 256 * 1024
const drained = 64 * 1024
const lookMs = 100

/** Whether the client reads what it is told. */
export const keepsUp = (socket: WebSocket): boolean => socket.bufferedAmount < mostBuffered

/** Calls back once the client has read what waits for it, or is gone. Who never reads is sent away by `socket.ts`. */
export function whenRead(socket: WebSocket, then: () => void): void {
  const look = setInterval(() => {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount > drained) return
    clearInterval(look)
    then()
  }, lookMs)
}

/** Nothing more is heard of a client that does not read what it was answered: its questions wait on its own side. */
export function holdBack(socket: WebSocket): void {
  if (keepsUp(socket) || socket.isPaused) return
  socket.pause()
  whenRead(socket, () => socket.resume())
}
