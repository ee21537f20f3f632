/** In the place of a website's public key. */
export const previewKey = 'preview'

/** What the page may do: the widget of this very hub, nothing else. The console alone shows it. */
export const previewPolicy =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

/** A page of nobody, with the widget as it would be on a page of the company. */
export const previewPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Preview</title>
<style>
html{height:100%;background:#fff;color-scheme:light}
body{margin:0;padding:24px;height:100%;box-sizing:border-box;overflow:hidden}
i{display:block;height:12px;margin:0 0 14px;border-radius:6px;background:#e5e7eb}
i:nth-child(1){width:34%;height:26px;margin-bottom:26px}i:nth-child(4n){width:72%;margin-bottom:30px}i:nth-child(3n){width:88%}
@media(prefers-color-scheme:dark){html{background:#0f1117;color-scheme:dark}i{background:#252a35}}
</style>
</head>
<body>
<i></i><i></i><i></i><i></i><i></i><i></i><i></i><i></i>
<script src="/widget/preview.js"></script>
</body>
</html>`

/**
 * Hands the real loader and the real chat what the console says, in the hub's place: the status of the website, and the
 * state of the chat. It asks the hub for nothing.
 */
export const previewScript = `(() => {
  let told
  const channel = '${previewKey}'
  window.fetch = async () => new Response(JSON.stringify(told.status), { headers: { 'content-type': 'application/json' } })
  const frame = () => document.querySelector('parley-chat')?.shadowRoot?.querySelector('iframe')
  const hand = () => told && frame()?.contentWindow.postMessage({ parleyPreview: told.chat }, location.origin)
  addEventListener('message', ({ source, origin, data }) => {
    if (origin !== location.origin) return
    if (source === frame()?.contentWindow) return data?.parley1?.type === 'ready' ? hand() : undefined
    if (source !== parent || !data?.parleyLook) return
    const first = !told
    const anew = told && told.language !== data.parleyLook.language
    told = data.parleyLook
    if (anew) return start()
    if (first) return start()
    // The loader asks anew when the page is another one.
    location.hash = String(Date.now())
    window.Parley(told.open ? 'open' : 'close')
    hand()
  })
  function start() {
    document.documentElement.lang = told.language
    document.querySelector('parley-chat')?.remove()
    try {
      sessionStorage.removeItem('parley:' + channel + ':open')
    } catch {}
    delete window.Parley
    window.Parley = (...call) => (window.Parley.q ||= []).push(call)
    window.Parley(told.open ? 'open' : 'close')
    const script = document.createElement('script')
    script.src = '/widget.js'
    script.dataset.channel = channel
    script.onload = () => script.remove()
    document.body.append(script)
  }
  parent.postMessage({ parleyLook: 'ready' }, location.origin)
})()
`
