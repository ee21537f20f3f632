import { ru } from '@nuxt/ui/locale'

export default ru
