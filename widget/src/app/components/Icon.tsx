/** Lines on a 24 × 24 field. */
const shapes = {
  close: 'M6 6l12 12M18 6L6 18',
  clip: 'M20 11.5l-8.2 8.2a5 5 0 0 1-7-7L13 4.4a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.2a1.7 1.7 0 0 1-2.4-2.4l7.6-7.5',
  send: 'M4 12l16-8-5 16-3.5-6.5zM11.5 13.5L20 4',
  file: 'M14 3H6v18h12V7zM14 3v4h4',
  sound: 'M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12',
  mute: 'M4 9v6h4l5 4V5L8 9zM17 9.5l5 5M22 9.5l-5 5',
  clock: 'M12 7v5l3 2M12 3a9 9 0 1 0 .01 0z',
  check: 'M5 13l4 4L19 7',
  checks: 'M2 13l4 4L16 7M10.5 16l1 1L22 7',
  warning: 'M12 8v5M12 16.5v.01M12 3L2 20h20z',
  reply: 'M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6v1',
  down: 'M6 9l6 6 6-6',
  end: 'M9 5H4v14h5M14 8l4 4-4 4M18 12H9',
  smile: 'M12 3a9 9 0 1 0 .01 0zM8 14s1.5 2 4 2 4-2 4-2M9 9.5v.01M15 9.5v.01',
  mic: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3',
} as const

export type IconName = keyof typeof shapes

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}

interface IconButtonProps {
  icon: IconName
  /** What it does, in words. */
  says: string
  look?: string
  pressed?: boolean
  disabled?: boolean
  does?: (() => void) | undefined
}

/** A button that shows a picture only; `type` submit where it does nothing of its own. */
export function IconButton({ icon, says, look = 'plain', pressed, disabled, does }: IconButtonProps) {
  return (
    <button
      type={does ? 'button' : 'submit'}
      class={look}
      aria-pressed={pressed}
      aria-disabled={disabled}
      aria-label={says}
      title={says}
      onClick={does}
    >
      <Icon name={icon} />
    </button>
  )
}
