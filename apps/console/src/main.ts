import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { chooseLanguage, i18n, preferredLanguage } from './i18n.ts'
import './main.css'
import { router } from './router.ts'

await chooseLanguage(preferredLanguage())
createApp(App).use(createPinia()).use(router).use(i18n).use(ui).mount('#app')
