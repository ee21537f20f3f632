import type { Role } from '../api/fragments.ts'

/** Settings that belong together, under the key of their heading. */
export interface SettingsGroup {
  key: string
  pages: string[]
}

/** What a role may set, in the order of the menu. `leadsAll`: not limited to groups. */
export function settingsGroupsOf(role: Role | undefined, leadsAll = false): SettingsGroup[] {
  const own = { key: 'own', pages: ['profile', 'account'] }
  if (role === 'admin')
    return [
      { key: 'reach', pages: ['channels', 'hours', 'invitations'] },
      { key: 'people', pages: ['operators', 'groups', 'routing'] },
      { key: 'work', pages: ['templates', 'library', 'tags', 'closing', 'requests'] },
      { key: 'customers', pages: ['fields', 'blocks'] },
      { key: 'company', pages: ['workspace', 'mail'] },
      own,
    ]
  const shared =
    role === 'supervisor' ? ['templates', 'tags', 'invitations', ...(leadsAll ? ['blocks'] : [])] : ['templates', 'invitations']
  return [own, { key: 'work', pages: shared }]
}

export const settingsPagesOf = (role: Role | undefined, leadsAll = false): string[] =>
  settingsGroupsOf(role, leadsAll).flatMap(({ pages }) => pages)
