import { useToast } from '@nuxt/ui/composables'
import { computed, onScopeDispose, ref, watch, watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import type { NoticeKind } from '../api/fragments.ts'
import { useAlerts } from '../stores/alerts.ts'
import { useChats } from '../stores/chats.ts'
import { type News, useNews } from '../stores/news.ts'
import { usePreferences } from '../stores/preferences.ts'
import { useProfile } from '../stores/profile.ts'
import { useSession } from '../stores/session.ts'
import { useNavigation } from './useNavigation.ts'
import { usePreview } from './usePreview.ts'

const quietForMs = 2_000

/**
 * Says that a customer wrote or a colleague calls: by sound, on the screen, by the computer, each as this operator chose, and
 * always to screen readers. `openChatId` is the chat looked at.
 */
export function useNotifications(openChatId: () => string | null, to: (path: string) => unknown) {
  const { t } = useI18n()
  const news = useNews()
  const session = useSession()
  const preferences = usePreferences()
  const profile = useProfile()
  const alerts = useAlerts()
  const toast = useToast()
  const chats = useChats()
  const { preview } = usePreview()
  const { chatPath, alertPath } = useNavigation()
  const announcement = ref('')
  let soundedAt = 0

  /** Who takes part is written to as well. */
  const concernsMe = ({ chat }: News) =>
    chat.state === 'queued' || [chat.operator, ...chat.participants].some((one) => one?.id === session.operator?.id)
  /** Who is meant by a transfer is called by an alert. */
  const handed: readonly string[] = ['chat_assigned', 'chat_joined', 'chat_left']
  /** A chat came into one's hands by somebody else's doing. */
  const givenToMe = ({ event }: News) =>
    handed.includes(event.type) &&
    event.activity?.toOperator?.id === session.operator?.id &&
    event.activity?.operator?.id !== session.operator?.id
  function tellGiven({ chat, event }: News): void {
    const name = chat.customer.name || t('customer.nameless')
    const by = event.activity?.operator?.name
    announcement.value = by ? t('announce.givenBy', { name, by }) : t('announce.given', { name })
    call('transfer', chatPath(chat.id), { title: announcement.value, text: '' })
  }
  const isWatched = ({ chat }: News) => chat.id === openChatId() && document.hasFocus()

  watch(
    () => news.last,
    (last) => {
      if (last && givenToMe(last)) return tellGiven(last)
      if (last?.event.type !== 'message_received' || !concernsMe(last)) return
      announcement.value = t('announce.message', {
        name: last.chat.customer.name || t('customer.nameless'),
        text: preview(last.event.message),
      })
      if (!isWatched(last))
        call(last.chat.state === 'queued' ? 'queue' : 'message', chatPath(last.chat.id), {
          title: last.chat.customer.name || t('customer.nameless'),
          text: preview(last.event.message),
        })
    },
  )
  watch(
    () => alerts.last,
    (alert) => {
      if (!alert || alert.readAt) return
      const title = alert.channel
        ? t(`alerts.alarm_${alert.alarm}`, { channel: alert.channel.name })
        : t(`alerts.kind_${alert.kind}`, { name: alert.by?.name ?? t('alerts.hub') })
      announcement.value = [title, alert.comment?.text].filter(Boolean).join(': ')
      if (!alert.chatId || alert.chatId !== openChatId() || !document.hasFocus())
        call(alert.kind, alertPath(alert), { title, text: alert.comment?.text ?? '' })
    },
  )

  /** Each kind of event in the ways chosen for it; the sound not twice in a moment. */
  function call(kind: NoticeKind, path: string, { title, text }: { title: string; text: string }): void {
    const ways = profile.notice(kind)
    if (ways.sound && preferences.sound && Date.now() - soundedAt >= quietForMs) {
      soundedAt = Date.now()
      beep()
    }
    if (ways.visual && document.hasFocus()) {
      const actions = [{ label: t('notices.open'), color: 'neutral' as const, variant: 'outline' as const, onClick: () => void to(path) }]
      toast.add({ title, description: text.slice(0, 160), icon: 'i-lucide-bell', color: 'neutral', actions })
    }
    if (ways.desktop && !document.hasFocus()) onDesktop(title, text, path)
  }
  function onDesktop(title: string, text: string, path: string): void {
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
    const notice = new Notification(title, { body: text.slice(0, 160), tag: path, icon: '/favicon.svg' })
    notice.onclick = () => {
      window.focus()
      void to(path)
      notice.close()
    }
  }

  const waitingForMe = computed(() => (chats.counts?.new ?? 0) + (chats.counts?.unread ?? 0))
  watchEffect(() => {
    const name = session.workspace?.name
    const title = name ? `${name} · Parley` : 'Parley'
    document.title = waitingForMe.value > 0 ? `(${waitingForMe.value}) ${title}` : title
  })
  onScopeDispose(() => {
    document.title = 'Parley'
  })
  return { announcement }
}

let audio: AudioContext | undefined

/** Two short soft tones. A browser that has not been clicked in yet stays silent. */
export function beep(): void {
  if (!navigator.userActivation?.hasBeenActive) return
  audio ??= new AudioContext()
  void audio.resume()
  for (const [delay, frequency] of [
    [0, 659],
    [0.12, 880],
  ] as const)
    tone(audio, audio.currentTime + delay, frequency)
}
function tone(context: AudioContext, at: number, frequency: number): void {
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.frequency.value = frequency
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.08, at + 0.015)
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.22)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(at)
  oscillator.stop(at + 0.25)
}
