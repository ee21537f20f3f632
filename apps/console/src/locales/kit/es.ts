import { es } from '@nuxt/ui/locale'

export default es
