import { useUi } from './ui.ts'

const all =
  '😀 😂 😊 😉 😍 😘 😎 🤔 😕 😢 😭 😡 😱 🙈 👍 👎 👏 🙏 💪 👋 👌 🤝 ❤️ 💔 🎉 🎁 🔥 ⭐ ✅ ❌ ❓ ❗ 💡 📷 📎 📞 📦 🚚 🛒 💳 💰 ⏰ 📅 🏠 🚗 ☕ 🍕 ☀️'.split(
    ' ',
  )

/** Those that are asked for most; a keyboard that has more is welcome too. Nothing is chosen by Escape. */
export function Emoji({ onPick }: { onPick(emoji?: string): void }) {
  const { say } = useUi()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent with a form
    <div
      class="emoji"
      role="group"
      aria-label={say('emoji')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onPick()
      }}
    >
      {all.map((emoji) => (
        <button key={emoji} type="button" onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  )
}
