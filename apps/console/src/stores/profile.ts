import { defineStore } from 'pinia'
import type { NoticeKind, Profile } from '../api/fragments.ts'
import { findProfile } from '../api/profile.ts'
import { inTurn } from './inTurn.ts'

const profile = inTurn(findProfile)

/** What is one's own alone: the signature, and how one wishes to be called. */
export const useProfile = defineStore('profile', {
  state: () => ({ own: null as Profile | null }),
  actions: {
    async load(): Promise<void> {
      const found = await profile.ask()
      if (found !== undefined) this.own = found
    },
    put(profile: Profile): void {
      this.own = profile
    },
    notice(kind: NoticeKind): { sound: boolean; visual: boolean; desktop: boolean } {
      return (
        this.own?.notices.find((choice) => choice.kind === kind) ?? {
          sound: true,
          visual: kind !== 'message' && kind !== 'queue',
          desktop: false,
        }
      )
    },
  },
})
