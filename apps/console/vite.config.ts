import { fileURLToPath } from 'node:url'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { firstPage, iconSources } from './build/firstPage.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

/** In development everything that is not a page comes from a hub on this address. */
const hub = 'http://localhost:4000'
const hubPaths = ['/graphql', '/auth', '/setup/status', '/invite/status', '/files', '/reports', '/widget', '/demo']

/** `ru.first`, `ru.later` and `ru.kit` are the three parts of a language. */
const chunkFileNames = ({ name, facadeModuleId }: { name: string; facadeModuleId: string | null }) => {
  const part = /\?(first|later)$|\/locales\/(kit)\//.exec(facadeModuleId ?? '')
  return `assets/${part ? `${name.replace(/\.json.*/, '')}.${part[1] ?? part[2]}` : '[name]'}-[hash].js`
}

export default defineConfig({
  base: '/',
  plugins: [
    firstPage(root),
    vue(),
    ui({
      autoImport: false,
      colorMode: false,
      dts: false,
      components: { dirs: [] },
      icon: { clientBundle: { scan: { globInclude: iconSources(root) } } },
      ui: {
        colors: { primary: 'petrol', neutral: 'slate', success: 'green', info: 'blue', warning: 'amber', error: 'red' },
      },
    }),
  ],
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { chunkFileNames } },
  },
  server: { proxy: Object.fromEntries(hubPaths.map((path) => [path, { target: hub, ws: path === '/graphql' }])) },
})
