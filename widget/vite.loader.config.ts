import { defineConfig } from 'vite'
import { syntax } from './vite.config.ts'

/** The script tag's file: one classic script, `dist/widget.js`. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: new URL('dist', import.meta.url).pathname,
    emptyOutDir: false,
    target: syntax,
    lib: {
      entry: new URL('src/loader/main.ts', import.meta.url).pathname,
      name: 'parleyLoader',
      formats: ['iife'],
      fileName: () => 'widget.js',
    },
  },
})
