import { defineConfig, type Plugin } from 'vite'
import { syntax } from './vite.config.ts'

/** The style is written in lines, and shipped in one. */
const oneLine: Plugin = {
  name: 'style in one line',
  enforce: 'pre',
  transform: (code, id) => (id.endsWith('/loader/style.ts') ? code.replace(/`:host[^`]+`/, (css) => css.replace(/\n/g, '')) : undefined),
}

/** The script tag's file: one classic script, `dist/widget.js`. */
export default defineConfig({
  publicDir: false,
  plugins: [oneLine],
  build: {
    outDir: new URL('dist', import.meta.url).pathname,
    emptyOutDir: false,
    minify: 'terser',
    terserOptions: { ecma: 2020, compress: { passes: 2 }, format: { quote_style: 1 } },
    target: syntax,
    lib: {
      entry: new URL('src/loader/main.ts', import.meta.url).pathname,
      name: 'parleyLoader',
      formats: ['iife'],
      fileName: () => 'widget.js',
    },
  },
})
