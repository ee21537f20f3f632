import type { Role } from '../api/fragments.ts'

/** The settings pages a role may open. */
export function settingsPagesOf(role: Role | undefined): string[] {
  return role === 'admin' ? ['channels', 'operators', 'groups', 'workspace', 'account'] : ['account']
}
