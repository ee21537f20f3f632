import type { Role } from '../api/fragments.ts'

/** The settings pages a role may open. `leadsAll`: not limited to groups. */
export function settingsPagesOf(role: Role | undefined, leadsAll = false): string[] {
  if (role === 'admin')
    return [
      'channels',
      'operators',
      'groups',
      'routing',
      'tags',
      'fields',
      'templates',
      'library',
      'closing',
      'blocks',
      'workspace',
      'profile',
      'account',
    ]
  return role === 'supervisor'
    ? ['tags', ...(leadsAll ? ['blocks'] : []), 'profile', 'templates', 'account']
    : ['profile', 'templates', 'account']
}
