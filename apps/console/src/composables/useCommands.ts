import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Presence } from '../api/fragments.ts'
import { type Tab, useDesk } from '../stores/desk.ts'

export interface Command {
  id: string
  label: string
  icon: string
  /** Single keys by which it is called. */
  keys: string[]
  enabled: boolean
  run: () => void
}
export interface DeskAbilities {
  /** False on pages without a list of chats. */
  inInbox: boolean
  tabs: Tab[]
  may: { take: boolean; transfer: boolean; close: boolean; reopen: boolean; reply: boolean }
  settingsPages: string[]
  chooseTab: (tab: Tab) => void
  step: (by: 1 | -1) => void
  takeNext: () => void
  take: () => void
  close: () => void
  reopen: () => void
  toSettings: (page: string) => void
  presence: (presence: Presence) => void
}

const presenceIcons: Record<Presence, string> = { online: 'i-lucide-circle-dot', busy: 'i-lucide-circle-minus', offline: 'i-lucide-circle' }

/** Everything the desk can be told by key, palette or button; one list for the three. */
export function useCommands(abilities: () => DeskAbilities) {
  const { t } = useI18n()
  const desk = useDesk()
  return computed<Command[]>(() => {
    const can = abilities()
    const command = (id: string, icon: string, keys: string[], enabled: boolean, run: () => void): Command => ({
      id,
      label: t(`command.${id}`),
      icon,
      keys,
      enabled,
      run,
    })
    return [
      command('next', 'i-lucide-arrow-down', ['j'], can.inInbox, () => can.step(1)),
      command('previous', 'i-lucide-arrow-up', ['k'], can.inInbox, () => can.step(-1)),
      command('takeNext', 'i-lucide-inbox', ['n'], can.inInbox, can.takeNext),
      command('take', 'i-lucide-hand', [], can.may.take, can.take),
      command('reply', 'i-lucide-reply', ['r'], can.may.reply || can.may.take, () => desk.replyAsked++),
      command('transfer', 'i-lucide-arrow-right-left', ['t'], can.may.transfer, () => (desk.dialog = 'transfer')),
      command('close', 'i-lucide-circle-check-big', ['e'], can.may.close, can.close),
      command('reopen', 'i-lucide-archive-restore', [], can.may.reopen, can.reopen),
      command('filter', 'i-lucide-list-filter', ['f'], can.inInbox, () => (desk.filterOpen = true)),
      ...can.tabs.map((tab, index) => ({
        ...command('tab', 'i-lucide-panel-left', [String(index + 1)], true, () => can.chooseTab(tab)),
        id: `tab-${tab}`,
        label: t('command.tab', { tab: t(`tabs.${tab}`) }),
      })),
      ...(['online', 'busy', 'offline'] as const).map((presence) => ({
        ...command('presence', presenceIcons[presence], [], true, () => can.presence(presence)),
        id: `presence-${presence}`,
        label: t('command.presence', { presence: t(`presence.${presence}`) }),
      })),
      ...can.settingsPages.map((page) => ({
        ...command('settings', 'i-lucide-settings', [], true, () => can.toSettings(page)),
        id: `settings-${page}`,
        label: t('command.settings', { page: t(`settings.${page}`) }),
      })),
      command('keys', 'i-lucide-keyboard', ['?'], true, () => (desk.dialog = 'keys')),
    ]
  })
}
