import { useCommands } from '../composables/useCommands.ts'
import { tabsOf } from '../composables/useDeskChats.ts'
import { useKeyboard } from '../composables/useKeyboard.ts'
import { useNavigation } from '../composables/useNavigation.ts'
import { usePlaceNames } from '../composables/usePlaces.ts'
import { usePresence } from '../composables/usePresence.ts'
import { useChats } from '../stores/chats.ts'
import { useDesk } from '../stores/desk.ts'
import { noRights } from '../stores/rights.ts'
import { useSession } from '../stores/session.ts'
import { settingsPagesOf } from './settingsPages.ts'

const nothing = () => {}

/** The commands of pages without a list of chats, by key and palette. */
export function usePageCommands() {
  const chats = useChats()
  const desk = useDesk()
  const session = useSession()
  const presence = usePresence()
  const { to, toSettings, toInbox, toSearch } = useNavigation()
  const places = usePlaceNames()
  const commands = useCommands(() => ({
    inInbox: false,
    tabs: tabsOf(chats.counts),
    may: noRights,
    settingsPages: settingsPagesOf(session.operator?.role, session.leadsAll),
    chooseTab: (tab) => {
      desk.tab = tab
      void toInbox()
    },
    step: nothing,
    takeNext: nothing,
    take: nothing,
    leave: nothing,
    close: nothing,
    reopen: nothing,
    snooze: nothing,
    wake: nothing,
    calm: nothing,
    takeBack: nothing,
    elsewhere: false,
    snoozed: false,
    places: places.value,
    go: (path) => void to(path),
    toSearch: () => void toSearch(),
    toSettings: (name) => void toSettings(name),
    presence: (value) => void presence.run(value),
  }))
  useKeyboard(commands)
  return commands
}
