/** The look of launcher and panel, inside the shadow root only. Kept short: it is most of the loader's weight. */
const css = `:host{all:initial!important;position:fixed!important;bottom:20px!important;inset-inline-end:20px!important;z-index:2147483647!important}
:host([hidden]){display:none!important}
button,b{all:unset;position:absolute;bottom:0;inset-inline-end:0;font:600 15px system-ui,sans-serif}
button{display:flex;align-items:center;gap:10px;height:52px;padding:0 18px;border-radius:26px;background:var(--a,#2563eb);color:var(--i,#fff);white-space:nowrap;cursor:pointer;box-shadow:0 2px 20px #0005}
button:hover{box-shadow:0 2px 20px #0008}
button:focus-visible{outline:3px solid;outline-offset:-6px}
.off{border-radius:12px;background:#fff;color:#222}
.open span,[hidden]{display:none}
button.open{padding:0 14px;border-radius:26px}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:2}
b{bottom:38px;padding:3px 8px;border-radius:12px;background:#b05;color:#fff}
div{position:absolute;bottom:68px;inset-inline-end:0;width:min(384px,100vw - 40px);height:min(640px,100vh - 108px);border-radius:16px;overflow:hidden;background:#fff;box-shadow:0 2px 20px #0005;visibility:hidden}
div.open,.low{visibility:visible}
div.low{height:min(var(--h),100vh - 108px)}
iframe{width:100%;height:100%;border:0;color-scheme:light dark}
@media(prefers-color-scheme:dark){div{background:#14161c}}
@media(prefers-reduced-motion:no-preference){div.open{animation:.12s a}}
@keyframes a{0%{opacity:0;translate:0 12px}}
@media(max-width:480px),(max-height:480px){div:not(.low){position:fixed;inset:0;width:100%;height:100%;border-radius:0}button.open{display:none}}
@media print{*{display:none}}`

/**
 * Gives the function that puts the style into the shadow root, with more of the company's own, without touching the page's policy: a constructed sheet is no inline style.
 * Safari before 16.4 has none of those and gets a style element.
 */
export function dress(root: ShadowRoot): (more?: string) => void {
  try {
    const sheet = new CSSStyleSheet()
    root.adoptedStyleSheets = [sheet]
    return (more) => sheet.replaceSync(css + more)
  } catch {
    const style = root.appendChild(document.createElement('style'))
    return (more) => {
      style.textContent = css + more
    }
  }
}
