import { en } from '@nuxt/ui/locale'

export default en
