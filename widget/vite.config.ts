import { defineConfig } from 'vite'

/** The oldest browsers the widget speaks to: Chrome 90, Safari 15, Firefox 90. Visitors do not choose theirs for us. */
export const syntax = 'es2021'
export const browsers = ['chrome90', 'safari15', 'firefox90']

/** The chat page inside the frame. The hub serves `dist/app/index.html` at /widget/frame and `dist/app/assets/` under /widget/assets/. */
export default defineConfig({
  root: new URL('src/app', import.meta.url).pathname,
  base: '/widget/',
  build: {
    outDir: new URL('dist/app', import.meta.url).pathname,
    emptyOutDir: true,
    // A data: URL would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    target: syntax,
    cssTarget: browsers,
  },
})
