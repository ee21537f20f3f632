/** A small shop that carries the widget, to try it as a visitor. No other host, no script but the widget's. */
export const demoPage = (key: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bluebird Bicycles</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #e3e7ee; --paper: #fff; --wash: #f5f7fa; --accent: #0f766e }
  @media (prefers-color-scheme: dark) { :root { --ink: #eef2f7; --soft: #a3afbf; --line: #2b3441; --paper: #131922; --wash: #0d1219; --accent: #2dd4bf } }
  * { box-sizing: border-box } body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--wash) }
  header, main, footer { max-width: 1080px; margin: 0 auto; padding: 20px 24px }
  header { display: flex; align-items: center; gap: 28px; flex-wrap: wrap } header strong { font-size: 20px } nav { display: flex; gap: 20px; color: var(--soft) }
  .hero { background: var(--paper); border: 1px solid var(--line); border-radius: 16px; padding: 40px } .hero h1 { font-size: clamp(28px, 5vw, 44px); line-height: 1.15; margin: 0 0 12px } .hero p { color: var(--soft); max-width: 52ch; margin: 0 }
  .goods { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 18px; margin-top: 22px }
  article { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; overflow: hidden } article svg { display: block; width: 100%; height: 130px; background: var(--wash); color: var(--accent) } article div { padding: 14px 16px } h2 { font-size: 17px; margin: 0 } .price { color: var(--soft) }
  footer { color: var(--soft); font-size: 14px }
</style>
</head>
<body>
<header><strong>Bluebird Bicycles</strong><nav><span>City</span><span>Gravel</span><span>Kids</span><span>Workshop</span></nav></header>
<main>
  <section class="hero"><h1>A bicycle for every day of the year</h1><p>This little shop is a demonstration page. The button in the corner is the chat: write something there and it appears on the operators' desk.</p></section>
  <section class="goods">${['City 3|€ 590', 'Gravel One|€ 1,240', 'Courier|€ 820', 'Kids 20|€ 310'].map((one) => {
    const [name, price] = one.split('|')
    return `<article><svg viewBox="0 0 220 130" fill="none" stroke="currentColor" stroke-width="4" aria-hidden="true"><circle cx="65" cy="85" r="26"/><circle cx="155" cy="85" r="26"/><path d="M65 85l28-42h42l20 42M93 43l20 42H65m70-42-22 42M88 36h14m30-4h14"/></svg><div><h2>${name}</h2><span class="price">${price}</span></div></article>`
  }).join('')}</section>
</main>
<footer>Free delivery from € 50. Questions? We are in the chat.</footer>
<script async src="/widget.js" data-channel="${key}"></script>
</body>
</html>`
