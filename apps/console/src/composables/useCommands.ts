import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ChatRights, Presence } from '../api/fragments.ts'
import { type Tab, useDesk } from '../stores/desk.ts'
import type { PlaceName } from './usePlaces.ts'

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
  /** Saved filters that are tabs, behind the sections. */
  views?: { id: string; name: string }[]
  openView?: (id: string) => void
  build?: () => void
  /** False on pages without a list of chats. */
  inInbox: boolean
  tabs: Tab[]
  may: ChatRights
  settingsPages: string[]
  chooseTab: (tab: Tab) => void
  step: (by: 1 | -1) => void
  takeNext: () => void
  take: () => void
  leave: () => void
  close: () => void
  reopen: () => void
  snooze: () => void
  wake: () => void
  calm: () => void
  takeBack: () => void
  /** Another program of the platform has the conversation of the open chat. */
  elsewhere: boolean
  /** The open chat is put off. */
  snoozed: boolean
  /** Choosing several chats of the list; absent where there is none. */
  choosing?: { on: boolean; toggle: (range: boolean) => void; all: () => void; none: () => void }
  /** The pages of the workspace, and going to one. */
  places: PlaceName[]
  go: (path: string) => void
  toSearch: () => void
  /** Looking for words in the open chat; absent where none is open. */
  find?: () => void
  toSettings: (page: string) => void
  presence: (presence: Presence) => void
}

const keyOf = (place: number): string[] => (place <= 9 ? [String(place)] : [])
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
      command('comment', 'i-lucide-lock-keyhole', ['c'], can.may.comment, () => desk.commentAsked++),
      command('transfer', 'i-lucide-arrow-right-left', ['t'], can.may.transfer, () => (desk.dialog = 'transfer')),
      command('share', 'i-lucide-user-round-plus', [], can.may.share, () => (desk.dialog = 'share')),
      command('leave', 'i-lucide-door-open', [], can.may.leave, can.leave),
      command('close', 'i-lucide-circle-check-big', ['e'], can.may.close, can.close),
      command('snooze', 'i-lucide-alarm-clock', ['z'], can.may.snooze && !can.snoozed, can.snooze),
      command('wake', 'i-lucide-alarm-clock-off', ['z'], can.may.snooze && can.snoozed, can.wake),
      command('calm', 'i-lucide-bell-off', [], can.may.calm, can.calm),
      command('handOver', 'i-lucide-share', [], can.may.handOver && !can.elsewhere, () => (desk.dialog = 'handOver')),
      command('takeBack', 'i-lucide-undo-2', [], can.may.handOver && can.elsewhere, can.takeBack),
      command('reopen', 'i-lucide-archive-restore', [], can.may.reopen, can.reopen),
      command('search', 'i-lucide-search', ['/'], true, can.toSearch),
      command('find', 'i-lucide-text-search', ['s'], can.find !== undefined, () => can.find?.()),
      command('filter', 'i-lucide-list-filter', ['f'], can.inInbox, () => (desk.filterOpen = true)),
      command('build', 'i-lucide-sliders-horizontal', ['F'], can.inInbox && can.build !== undefined, () => can.build?.()),
      command('choose', 'i-lucide-square-check', ['x'], can.choosing !== undefined, () => can.choosing?.toggle(false)),
      command('chooseRange', 'i-lucide-list-checks', ['X'], can.choosing !== undefined, () => can.choosing?.toggle(true)),
      command('chooseAll', 'i-lucide-list-checks', [], can.choosing !== undefined, () => can.choosing?.all()),
      command('chooseNone', 'i-lucide-list-x', ['Escape'], can.choosing?.on === true, () => can.choosing?.none()),
      ...can.tabs.map((tab, index) => ({
        ...command('tab', 'i-lucide-panel-left', [String(index + 1)], true, () => can.chooseTab(tab)),
        id: `tab-${tab}`,
        label: t('command.tab', { tab: t(`tabs.${tab}`) }),
      })),
      ...(can.views ?? []).map(({ id, name }, index) => ({
        ...command('tab', 'i-lucide-list-filter', keyOf(can.tabs.length + index + 1), true, () => can.openView?.(id)),
        id: `view-${id}`,
        label: t('command.tab', { tab: name }),
      })),
      ...(['online', 'busy', 'offline'] as const).map((presence) => ({
        ...command('presence', presenceIcons[presence], [], true, () => can.presence(presence)),
        id: `presence-${presence}`,
        label: t('command.presence', { presence: t(`presence.${presence}`) }),
      })),
      ...can.places.map(({ key, name, icon, to }) => ({
        ...command('place', icon, [], true, () => can.go(to)),
        id: `place-${key}`,
        label: t('command.place', { place: name }),
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
