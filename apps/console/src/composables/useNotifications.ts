import { computed, onScopeDispose, ref, watch, watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { useChats } from '../stores/chats.ts'
import { type News, useNews } from '../stores/news.ts'
import { usePreferences } from '../stores/preferences.ts'
import { useSession } from '../stores/session.ts'
import { usePreview } from './usePreview.ts'

const quietForMs = 2_000

/** Says by sound, title and to screen readers that a customer wrote. `openChatId` is the chat looked at. */
export function useNotifications(openChatId: () => string | null) {
  const { t } = useI18n()
  const news = useNews()
  const session = useSession()
  const preferences = usePreferences()
  const chats = useChats()
  const { preview } = usePreview()
  const announcement = ref('')
  let soundedAt = 0

  const concernsMe = ({ chat }: News) => chat.state === 'queued' || chat.operator?.id === session.operator?.id
  const isWatched = ({ chat }: News) => chat.id === openChatId() && document.hasFocus()

  watch(
    () => news.last,
    (last) => {
      if (last?.event.type !== 'message_received' || !concernsMe(last)) return
      announcement.value = t('announce.message', {
        name: last.chat.customer.name || t('customer.nameless'),
        text: preview(last.event.message),
      })
      if (isWatched(last) || !preferences.sound || Date.now() - soundedAt < quietForMs) return
      soundedAt = Date.now()
      beep()
    },
  )

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
