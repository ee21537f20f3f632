import { defineConfig, type Plugin } from 'vite'
import { limits } from '../schema/src/vocabulary.ts'
import { wordsAsNumbers } from './build/words.ts'

/** The oldest browsers the widget speaks to: Chrome 90, Safari 15, Firefox 90. Visitors do not choose theirs for us. */
export const syntax = 'es2021'
export const browsers = ['chrome90', 'safari15', 'firefox90']

/** Of all limits the chat knows a dozen: each is written as its number, and the list stays behind. */
const numbers: Plugin = {
  name: 'limits as numbers',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('/widget/src/') ? code.replace(/\blimits\.(\w+)/g, (_, name: keyof typeof limits) => `${limits[name]}`) : undefined,
}

/** `h` is in the page anyway; the other way to write elements down would come on top. */
const elements: Plugin = {
  name: 'elements by h',
  enforce: 'pre',
  transform: (code, id) => (id.endsWith('.tsx') ? `import { h, Fragment } from 'preact';${code}` : undefined),
}

/** The chat page inside the frame. The hub serves `dist/app/index.html` at /widget/frame and `dist/app/assets/` under /widget/assets/. */
export default defineConfig({
  root: new URL('src/app', import.meta.url).pathname,
  base: '/widget/',
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' } },
  plugins: [numbers, elements, wordsAsNumbers()],
  build: {
    outDir: new URL('dist/app', import.meta.url).pathname,
    emptyOutDir: true,
    // A data: URL would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    // Vite's own minifier leaves a hundredth more.
    minify: 'terser',
    terserOptions: { ecma: 2020, compress: { passes: 2 }, format: { quote_style: 1 } },
    target: syntax,
    cssTarget: browsers,
  },
})
