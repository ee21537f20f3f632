/** JSON over one socket to the stand-in of WhatsApp's servers: questions with a number, and what either side tells. */
export function openWire({ greet, hear, lost }) {
  const waiting = new Map()
  let socket
  let count = 0

  function connect() {
    socket = new WebSocket(`wss://${location.host}/ws`)
    socket.onopen = async () => tell('hello', await greet())
    socket.onmessage = ({ data }) => take(JSON.parse(data))
    socket.onclose = () => {
      for (const { reject } of waiting.values()) reject(new Error('socket closed'))
      waiting.clear()
      lost()
      setTimeout(connect, 300)
    }
  }

  function take({ n, op, data, error }) {
    if (!n) return hear(op, data)
    const asked = waiting.get(n)
    waiting.delete(n)
    if (error) asked?.reject(Object.assign(new Error(error), { name: 'ServerStatusCodeError' }))
    else asked?.resolve(data)
  }

  function write(said) {
    if (socket?.readyState !== 1) throw Object.assign(new Error('socket closed'), { name: 'ServerStatusCodeError' })
    socket.send(JSON.stringify(said))
  }

  function tell(op, data) {
    try {
      write({ op, data })
    } catch {
      // Nobody listens; what matters is told again after the next hello.
    }
  }

  function ask(op, data = {}) {
    return new Promise((resolve, reject) => {
      count += 1
      const n = count
      waiting.set(n, { resolve, reject })
      try {
        write({ n, op, data })
      } catch (error) {
        waiting.delete(n)
        reject(error)
      }
    })
  }

  return { connect, ask, tell, close: () => socket?.close() }
}
