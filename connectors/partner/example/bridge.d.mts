import type { IncomingMessage, ServerResponse } from 'node:http'

/** A call of Parley, as docs/connectors.md has it. */
// biome-ignore lint/suspicious/noExplicitAny: what a call holds depends on its type
export type Call = Record<string, any> & { type: string; id: string }

export interface Platform {
  account: { id?: string; name?: string }
  /** Answers the platform's id of the message. */
  send(call: Call): Promise<string | undefined>
  answers: Record<string, (call: Call) => Promise<unknown>>
}

export function createBridge(given: { secret(): string; platform: Platform; retryMs?: number }): {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  tell(...events: object[]): void
  waiting: object[]
  hook(): string | undefined
}
