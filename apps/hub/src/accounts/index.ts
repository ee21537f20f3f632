import type { Database } from '../db/client.ts'
import type { Bus } from '../feed/bus.ts'
import type { Log } from '../log.ts'
import type { Works } from '../work.ts'
import { type ClientAddress, clientAddresses } from './address.ts'
import { createAuth } from './auth.ts'
import { type Invitations, invitationsOn } from './invitations.ts'
import { type Members, membersOn } from './members.ts'
import { type Origins, originsOf } from './origins.ts'
import { type Sessions, sessionsOn } from './sessions.ts'
import { type Found, type Setup, setupOn } from './setup.ts'
import { type SignIn, signInOn } from './signin.ts'
import { triesOn } from './tries.ts'

export interface AccountsOptions {
  database: Database
  works: Works
  bus: Bus
  log: Log
  /** Where browsers reach the hub, such as http://localhost:4000. */
  publicUrl: string
  /** At least 32 characters, of its own: `deriveKey(master, 'sessions').toString('hex')`. */
  secret: string
  /** `foundWorkspace` of the domain. */
  found: Found
  /** Addresses or ranges whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[]
}

/** People, their sessions, and which operators they are. */
export interface Accounts extends SignIn, Setup, Invitations {
  sessions: Sessions
  members: Members
  origins: Origins
  addressOf: ClientAddress
  /** An operator lost his access: he is signed out everywhere, and his actor is gone on every hub. Call after COMMIT. */
  withdraw(workspaceId: string, userId: string): Promise<void>
  close(): void
}

export function openAccounts({ database, works, bus, log, publicUrl, secret, found, trustedProxies = [] }: AccountsOptions): Accounts {
  const sessions = sessionsOn({ database, bus, publicUrl, secret })
  const members = membersOn(database, bus)
  const tries = triesOn(database.sql)
  const auth = createAuth({ database, publicUrl, secret, log, onEnded: (sessionId) => sessions.tellEnded([sessionId]) })
  return {
    sessions,
    members,
    origins: originsOf(publicUrl),
    addressOf: clientAddresses(trustedProxies),
    ...signInOn({ auth, database, tries }),
    ...setupOn({ database, works, publicUrl, found }),
    ...invitationsOn({ works, tries, publicUrl, joined: members.forgetMember }),
    withdraw: async (workspaceId, userId) => {
      members.forgetMember(workspaceId)
      await sessions.revokeAll(userId)
    },
    close: () => {
      sessions.close()
      members.close()
    },
  }
}
