import type { RouterLink, RouterView } from 'vue-router'

/** The parts of the kit that templates may use by name; vite resolves them without an import. */
declare module 'vue' {
  export interface GlobalComponents {
    RouterLink: typeof RouterLink
    RouterView: typeof RouterView
    UIcon: typeof import('@nuxt/ui/components/Icon.vue')['default']
    UApp: typeof import('@nuxt/ui/components/App.vue')['default']
    UButton: typeof import('@nuxt/ui/components/Button.vue')['default']
    UCommandPalette: typeof import('@nuxt/ui/components/CommandPalette.vue')['default']
    UDropdownMenu: typeof import('@nuxt/ui/components/DropdownMenu.vue')['default']
    UFormField: typeof import('@nuxt/ui/components/FormField.vue')['default']
    UInput: typeof import('@nuxt/ui/components/Input.vue')['default']
    UKbd: typeof import('@nuxt/ui/components/Kbd.vue')['default']
    UModal: typeof import('@nuxt/ui/components/Modal.vue')['default']
    UPopover: typeof import('@nuxt/ui/components/Popover.vue')['default']
    USelect: typeof import('@nuxt/ui/components/Select.vue')['default']
    USelectMenu: typeof import('@nuxt/ui/components/SelectMenu.vue')['default']
    USkeleton: typeof import('@nuxt/ui/components/Skeleton.vue')['default']
    USlideover: typeof import('@nuxt/ui/components/Slideover.vue')['default']
    USwitch: typeof import('@nuxt/ui/components/Switch.vue')['default']
    UTextarea: typeof import('@nuxt/ui/components/Textarea.vue')['default']
  }
}
