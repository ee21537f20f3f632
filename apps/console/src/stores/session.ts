import { defineStore } from 'pinia'
import { chooseWorkspace } from '../api/client.ts'
import type { Account, Operator, OperatorNews, Workspace } from '../api/fragments.ts'
import { findAccount, findDesk } from '../api/workspace.ts'

interface State {
  account: Account | null
  workspace: Workspace | null
  operator: Operator | null
  /** Counted with each place that is entered. */
  turn: number
}

/** Who is signed in, and as whom in which workspace. */
export const useSession = defineStore('session', {
  state: (): State => ({ account: null, workspace: null, operator: null, turn: 0 }),
  getters: {
    isAdmin: (state) => state.operator?.role === 'admin',
    /** Admins, and supervisors without limits. */
    leadsAll: (state) => state.operator?.role === 'admin' || (state.operator?.role === 'supervisor' && !state.operator.limited),
  },
  actions: {
    /** Asks who is signed in; null when nobody is. */
    async loadAccount(): Promise<Account | null> {
      chooseWorkspace('')
      this.turn++
      this.account = await findAccount()
      return this.account
    },
    /** Enters a workspace by its slug and says what came of it; `left`: another place was gone to before the answer came. */
    async enter(slug: string): Promise<'entered' | 'signed_out' | 'not_found' | 'left'> {
      chooseWorkspace(slug)
      const turn = ++this.turn
      const desk = await findDesk()
      if (turn !== this.turn) return 'left'
      this.account = desk.me
      this.workspace = desk.workspace
      this.operator = desk.operator
      if (!desk.me) return 'signed_out'
      return desk.workspace && desk.operator ? 'entered' : 'not_found'
    },
    /** The settings of the workspace as they are now; what changed before the feed began, or while it was away, was told to nobody. */
    async renewWorkspace(): Promise<void> {
      const before = this.workspace
      const { workspace } = await findDesk()
      // What the feed told meanwhile is newer.
      if (workspace && this.workspace === before) this.putWorkspace(workspace)
    },
    putAccount(account: Account): void {
      this.account = account
    },
    putWorkspace(workspace: Workspace): void {
      if (workspace.id === this.workspace?.id) this.workspace = workspace
    },
    putOperator(news: OperatorNews): void {
      if (news.id === this.operator?.id) this.operator = { ...news, email: this.operator.email }
    },
  },
})
