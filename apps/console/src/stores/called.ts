/** How an operator is shown now. */
interface Shown {
  id: string
  name: string
  avatarUrl: string | null
}

/** The same with this operator as he is shown now, wherever he stands in it; the very same where he does not. */
export function called<T>(value: T, operator: Shown): T {
  if (Array.isArray(value))
    return kept(
      value,
      value.map((part) => called(part, operator)),
    ) as T
  if (value === null || typeof value !== 'object') return value
  const before = value as Record<string, unknown>
  const parts = Object.entries(before).map(([name, part]) => [name, called(part, operator)] as const)
  const now: Record<string, unknown> = parts.some(([name, part]) => part !== before[name]) ? Object.fromEntries(parts) : before
  if (now.id === operator.id && 'name' in now)
    return { ...now, name: operator.name, ...('avatarUrl' in now && { avatarUrl: operator.avatarUrl }) } as T
  const author = now.operator as { id?: string } | null | undefined
  if (now.authorKind === 'operator' && author?.id === operator.id) return { ...now, authorName: operator.name } as T
  return now as T
}

const kept = (before: unknown[], now: unknown[]): unknown[] => (now.some((part, n) => part !== before[n]) ? now : before)
