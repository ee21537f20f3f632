import { findAccount, revokeSession } from '../api/workspace.ts'
import { useSession } from '../stores/session.ts'
import { oneByOne } from './oneByOne.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

/** Where one is signed in, asked anew by whoever looks: no event tells of it. */
export function useSessionList() {
  const session = useSession()
  const revoke = useAction(revokeSession)
  const next = oneByOne()

  const load = () =>
    next(async () => {
      const account = await findAccount().catch(() => null)
      if (account) session.putAccount(account)
    })
  const end = (sessionId: string) =>
    next(async () => {
      const account = await revoke.run(sessionId)
      if (account) session.putAccount(account)
    })
  void load()
  useLineBack(load)
  return { end, busy: revoke.busy, refusal: revoke.refusal }
}
