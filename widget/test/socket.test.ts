import { afterEach, describe, expect, it, vi } from 'vitest'
import { backoff } from '../src/app/net/backoff.ts'
import { openLine, type SocketLike } from '../src/app/net/socket.ts'
import { keepFeed } from '../src/app/store/feed.ts'
import { aFrame } from './makers.ts'

/** The hub's end of a socket: what was said to it, and a way to answer. */
function aSocket() {
  const said: { type: string; payload?: { variables?: unknown } }[] = []
  const socket = {
    send: (text: string) => said.push(JSON.parse(text)),
    close: () => {},
    onopen: null,
    onmessage: null,
    onclose: null,
  } as SocketLike
  return {
    socket,
    said,
    types: () => said.map((message) => message.type),
    open: () => socket.onopen?.({} as never),
    hear: (message: unknown) => socket.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) } as never),
    close: (code: number) => socket.onclose?.({ code } as never),
  }
}

afterEach(() => void vi.useRealTimers())

describe('the line to the hub', () => {
  function aLine() {
    const end = aSocket()
    const heard: unknown[] = []
    const ended: [number, boolean][] = []
    const line = openLine({
      open: () => end.socket,
      hello: { channel: 'demo', token: 't' },
      query: 'q',
      variables: { after: 7 },
      acknowledged: () => heard.push('up'),
      heard: (data) => heard.push(data),
      ended: (code, failed) => ended.push([code, failed]),
    })
    return { end, heard, ended, line }
  }

  it('greets, subscribes once it is known, hears, and answers a ping', () => {
    const { end, heard } = aLine()
    end.open()
    end.hear({ type: 'connection_ack' })
    end.hear({ id: '1', type: 'next', payload: { data: { n: 1 } } })
    end.hear({ type: 'ping' })
    end.hear('no json')
    end.hear({ type: 'whatever' })
    expect(end.said).toEqual([
      { type: 'connection_init', payload: { channel: 'demo', token: 't' } },
      { id: '1', type: 'subscribe', payload: { query: 'q', variables: { after: 7 } } },
      { type: 'pong' },
    ])
    expect(heard).toEqual(['up', { n: 1 }])
  })

  it('asks for a sign of life every 25 s and gives a silent hub up 10 s later', () => {
    vi.useFakeTimers()
    const { end, ended } = aLine()
    end.open()
    end.hear({ type: 'connection_ack' })
    vi.advanceTimersByTime(25_000)
    expect(end.types()).toContain('ping')
    end.hear({ type: 'pong' })
    vi.advanceTimersByTime(25_000)
    expect(ended).toEqual([])
    vi.advanceTimersByTime(10_000)
    expect(ended).toEqual([[1006, false]])
  })

  it('gives a silent hub no more time because it is asked again', () => {
    vi.useFakeTimers()
    const { end, ended, line } = aLine()
    end.open()
    end.hear({ type: 'connection_ack' })
    for (let n = 0; n < 4; n++) {
      line.probe(5_000)
      vi.advanceTimersByTime(1_500)
    }
    expect(ended).toEqual([[1006, false]])
  })

  it('gives up a hub that opens and then says nothing', () => {
    vi.useFakeTimers()
    const { end, ended } = aLine()
    end.open()
    vi.advanceTimersByTime(10_000)
    expect(ended).toEqual([[1006, false]])
  })

  it('ends once, and hears nothing more', () => {
    const { end, ended, heard } = aLine()
    const late = end.socket.onmessage
    end.hear({ id: '1', type: 'error', payload: [{ message: 'no' }] })
    late?.({ data: JSON.stringify({ type: 'next', payload: { data: 1 } }) } as never)
    expect([ended, heard]).toEqual([[[4400, true]], []])
  })
})

describe('the feed', () => {
  function aFeed(random = 1) {
    vi.useFakeTimers()
    const ends: ReturnType<typeof aSocket>[] = []
    const told: string[] = []
    let cursor: number | undefined
    const feed = keepFeed({
      open() {
        ends.push(aSocket())
        return (ends[ends.length - 1] as (typeof ends)[0]).socket
      },
      hello: () => ({}),
      cursor: () => cursor,
      heard(frame) {
        cursor = frame.cursor
      },
      up: () => told.push('up'),
      down: () => told.push('down'),
      signedOut: () => told.push('signed out'),
      broken() {
        told.push('broken')
        cursor = undefined
      },
      random: () => random,
    })
    const last = () => ends[ends.length - 1] as (typeof ends)[0]
    const begin = () => {
      last().open()
      last().hear({ type: 'connection_ack' })
    }
    return { ends, told, feed, last, begin }
  }

  it('comes back from the last event it has', () => {
    const { begin, last } = aFeed()
    begin()
    last().hear({ type: 'next', payload: { data: { visitorFeed: aFrame(41) } } })
    last().close(1006)
    vi.advanceTimersByTime(500)
    begin()
    expect(last().said[1]?.payload?.variables).toEqual({ after: 41 })
  })

  it.each([
    [4408, 0, 'at once when it was only slow'],
    [1006, 500, 'within half a second after a first loss'],
    [4010, 15_000, 'within fifteen seconds when the hub goes away'],
  ])('after %i comes back in %i ms at the latest: %s', (code, wait) => {
    const { ends, last, begin } = aFeed()
    begin()
    last().close(code)
    if (wait) vi.advanceTimersByTime(wait - 1)
    expect(ends).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(ends).toHaveLength(2)
  })

  it('asks who it is when the hub does not know it, and does not hammer', () => {
    const { ends, last, told } = aFeed()
    last().close(4401)
    expect(told).toEqual(['down', 'signed out'])
    vi.advanceTimersByTime(7_999)
    expect(ends).toHaveLength(1)
  })

  it('begins anew when the hub cannot read an event', () => {
    const { begin, last, told } = aFeed()
    begin()
    last().hear({ type: 'next', payload: { data: { visitorFeed: aFrame(41) } } })
    last().hear({ type: 'next', payload: { data: null, errors: [{ message: 'Load it anew.' }] } })
    vi.advanceTimersByTime(8_000)
    begin()
    expect(told).toEqual(['up', 'down', 'broken', 'up'])
    expect(last().said[1]?.payload?.variables).toEqual({ after: null })
  })

  it('comes back at once when the visitor looks, and stays away when stopped', () => {
    const { ends, last, feed } = aFeed()
    last().close(1006)
    feed.nudge()
    expect(ends).toHaveLength(2)
    feed.stop()
    vi.advanceTimersByTime(600_000)
    feed.nudge()
    expect(ends).toHaveLength(2)
  })

  it('waits longer with every failure, at most half a minute, and each client a time of its own', () => {
    expect([0, 1, 2, 3, 6, 50].map((tries) => backoff(tries, () => 1))).toEqual([500, 1000, 2000, 4000, 30_000, 30_000])
    expect(backoff(3, () => 0)).toBe(0)
  })
})
