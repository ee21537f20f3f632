import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** In development everything that is not a page comes from a hub on this address. */
const hub = 'http://localhost:4000'
const hubPaths = ['/graphql', '/auth', '/setup/status', '/invite/status', '/files', '/widget', '/demo']

export default defineConfig({
  base: '/',
  plugins: [
    vue(),
    ui({
      autoImport: false,
      colorMode: false,
      dts: false,
      components: { dirs: [] },
      icon: { clientBundle: { scan: { globInclude: ['src/**/*.{vue,ts}'] } } },
      ui: {
        colors: { primary: 'petrol', neutral: 'slate', success: 'green', info: 'blue', warning: 'amber', error: 'red' },
      },
    }),
  ],
  build: { outDir: 'dist', assetsDir: 'assets', target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: Object.fromEntries(hubPaths.map((path) => [path, { target: hub, ws: path === '/graphql' }])) },
})
