import type { Socket } from 'node:net'

/** A command as it came: its tag, its name, and its arguments: atoms and texts, lists within lists. */
export interface Command {
  tag: string
  name: string
  args: Arg[]
  /** All behind the name, for what has a grammar of its own. */
  rest: string
}
export type Arg = string | Buffer | Arg[]

/** Cuts what comes from a client into commands; asks for each text that is announced by its length. */
export function commandsFrom(socket: Socket, take: (line: string, literals: Buffer[]) => void): void {
  let pending: Buffer = Buffer.alloc(0)
  let line = ''
  let literals: Buffer[] = []
  let awaited = -1
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length ? Buffer.concat([pending, chunk]) : chunk
    for (;;) {
      if (awaited >= 0) {
        if (pending.length < awaited) return
        literals.push(pending.subarray(0, awaited))
        pending = pending.subarray(awaited)
        awaited = -1
      }
      const end = pending.indexOf('\r\n')
      if (end < 0) return
      line += pending.toString('utf8', 0, end)
      pending = pending.subarray(end + 2)
      const [announced, length, plus] = /\{(\d+)(\+?)\}$/.exec(line) ?? []
      if (announced) {
        line = `${line.slice(0, -announced.length)}\u0001${literals.length}\u0001`
        awaited = Number(length)
        if (!plus) socket.write('+ go on\r\n')
        continue
      }
      take(line, literals)
      line = ''
      literals = []
    }
  })
}

export function readCommand(line: string, literals: Buffer[]): Command {
  const [, tag = '*', name = '', rest = ''] = /^(\S+) +((?:UID )?\S+)(?: +(.*))?$/is.exec(line) ?? []
  return { tag, name: name.toUpperCase(), args: argsOf(rest, literals), rest }
}

function argsOf(text: string, literals: Buffer[]): Arg[] {
  const root: Arg[] = []
  const open: Arg[][] = [root]
  for (const [one] of text.matchAll(/"(?:\\.|[^"\\])*"|\u0001\d+\u0001|[()]|[^\s()]+/g)) {
    const current = open.at(-1) ?? root
    if (one === '(') {
      const inner: Arg[] = []
      current.push(inner)
      open.push(inner)
    } else if (one === ')') open.pop()
    else if (one.startsWith('\u0001')) current.push(literals[Number(one.slice(1, -1))] ?? Buffer.alloc(0))
    else current.push(one.startsWith('"') ? one.slice(1, -1).replace(/\\(.)/g, '$1') : one)
  }
  return root
}
