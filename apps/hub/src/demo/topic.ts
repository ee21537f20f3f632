/** What the groups of the sample company are there for. */
export const topics = ['sales', 'support', 'billing'] as const
export type Topic = (typeof topics)[number]
