import { pt_br } from '@nuxt/ui/locale'

export default pt_br
