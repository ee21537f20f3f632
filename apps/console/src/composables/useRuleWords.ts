import { useI18n } from 'vue-i18n'
import type { ApproachRule } from '../api/approaches.ts'
import { useChannels } from '../stores/channels.ts'

/** A rule as a plain sentence. */
export function useRuleWords() {
  const { t, locale } = useI18n()
  const channels = useChannels()

  function sentence(rule: Omit<ApproachRule, '__typename' | 'id' | 'made' | 'shown' | 'accepted'>, what: string): string {
    const names = new Intl.DisplayNames(locale.value, { type: 'region', fallback: 'code' })
    const or = new Intl.ListFormat(locale.value, { type: 'disjunction' })
    const channel = rule.channelId ? channels.all.find(({ id }) => id === rule.channelId)?.name : null
    const conditions = [
      channel ? t('rules.on', { name: channel }) : null,
      rule.page ? t('rules.page', { page: rule.page }) : null,
      rule.seconds ? t('rules.seconds', rule.seconds) : null,
      rule.visits ? t('rules.visits', { n: rule.visits }) : null,
      rule.campaign ? t('rules.campaign', { name: rule.campaign }) : null,
      rule.countries.length > 0 ? t('rules.countries', { names: or.format(rule.countries.map((code) => names.of(code) ?? code)) }) : null,
      rule.online ? t('rules.online') : null,
    ].filter((each) => each !== null)
    const all = new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(conditions)
    return [all ? t('rules.sentence', { conditions: all, what }) : t('rules.everybody', { what }), t('rules.days', rule.days)].join(' ')
  }
  return { sentence }
}
