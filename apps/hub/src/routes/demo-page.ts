import type { Language } from '@parley/schema/vocabulary'
import { type ShopWords, shopWords } from './demo-words.ts'

/** What the page may do: its own style, the widget of this very hub, nothing else. */
export const demoPolicy =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

const models = ['City 3', 'City 7', 'Gravel One', 'Courier', 'Kids 20', 'Tandem']
const paints = ['#0f766e', '#2563eb', '#c2410c', '#b45309', '#db2777', '#6d28d9']

/** A small shop that carries the widget, to try it as a visitor. `key`: the public key of its website channel. No other host, no script but the widget's. */
export function demoPage(key: string, language: Language): string {
  const words = shopWords[language]
  const money = new Intl.NumberFormat(language, { style: 'currency', currency: words.currency, maximumFractionDigits: 0 })
  const goods = words.goods.map(([what, price], n) => card(models[n] ?? '', what, money.format(price), n)).join('')
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.name}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#0f766e" stroke-width="3">${wheels}</svg>`)}">
<style>${style}</style>
</head>
<body>
<header><a class="brand" href="#top"><svg viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="3" aria-hidden="true">${wheels}</svg>${words.name}</a>
<nav>${words.nav.map((each, n) => `<a href="#${n === 3 ? 'workshop' : 'goods'}">${each}</a>`).join('')}</nav></header>
<main id="top">
<section class="hero"><div><p class="season">${words.season}</p><h1>${words.title}</h1><p class="lead">${words.lead}</p><a class="button" href="#goods">${words.look}</a></div>${scenery}</section>
<p class="note">${words.note}</p>
<h2 id="goods">${words.goodsTitle}</h2>
<section class="goods">${goods}</section>
<section class="promises">${words.promises.map(([title, text]) => `<div><h3>${title}</h3><p>${text}</p></div>`).join('')}</section>
${workshop(words)}
</main>
<footer><span>${words.name}</span><span>${words.foot}</span></footer>
<script async src="/widget.js" data-channel="${key}"></script>
</body>
</html>`
}

const card = (model: string, what: string, price: string, n: number): string =>
  `<article><svg viewBox="0 0 240 150" aria-hidden="true" style="color:${paints[n]}">${bicycle(n)}</svg><div><h3>${model}</h3><p>${what}</p><strong>${price}</strong></div></article>`

const workshop = (words: ShopWords): string =>
  `<section class="workshop" id="workshop"><div><h2>${words.workshopTitle}</h2><p>${words.workshop}</p></div><div><dl>${words.hours
    .map(([days, times]) => `<div><dt>${days}</dt><dd>${times}</dd></div>`)
    .join('')}</dl><p>${words.closed}</p></div></section>`

const wheels =
  '<circle cx="8" cy="21" r="6.5"/><circle cx="24" cy="21" r="6.5"/><path d="M8 21l5-10h8l3 10M13 11l4 10h-9M20 11l-3 10M11 8h4M21 11l-1-4h4"/>'

/** Kids have small wheels, the courier a box in front, the tandem a second seat. */
function bicycle(n: number): string {
  const [left, right, radius, top] = n === 4 ? [80, 164, 25, 62] : n === 5 ? [52, 196, 31, 52] : [68, 176, 34, 50]
  const middle = (left + right) / 2 - 4
  const ground = 146 - radius
  const tyres = [left, right]
    .map(
      (x) =>
        `<circle cx="${x}" cy="${ground}" r="${radius}" fill="none" stroke="var(--tyre)" stroke-width="5"/><circle cx="${x}" cy="${ground}" r="4" fill="var(--tyre)"/>`,
    )
    .join('')
  const frame = `<path d="M${left} ${ground}L${left + 26} ${top + 8}H${right - 26}L${middle} ${ground}ZM${middle} ${ground}L${left + 20} ${top - 6}M${right} ${ground}L${right - 30} ${top - 10}" fill="none" stroke="currentColor" stroke-width="7" stroke-linejoin="round" stroke-linecap="round"/>`
  const seat = (x: number) => `<path d="M${x} ${top - 10}h24l-7 7h-12z" fill="var(--ink)"/>`
  const bar =
    n === 2
      ? `<path d="M${right - 30} ${top - 12}h16q10 2 7 14" fill="none" stroke="var(--ink)" stroke-width="5" stroke-linecap="round"/>`
      : `<path d="M${right - 30} ${top - 12}l-4-8h-14" fill="none" stroke="var(--ink)" stroke-width="5" stroke-linecap="round"/>`
  const box =
    n === 3
      ? `<path d="M${right - 18} ${top - 8}h48v30h-48z" fill="#d9b98c" stroke="var(--ink)" stroke-width="4" stroke-linejoin="round"/>`
      : ''
  const second =
    n === 5
      ? `${seat(middle + 6)}<path d="M${middle} ${ground}L${middle + 18} ${top}" stroke="currentColor" stroke-width="7" stroke-linecap="round"/>`
      : ''
  return `<ellipse cx="122" cy="146" rx="92" ry="3" fill="var(--ink)" opacity=".12"/>${tyres}${frame}${second}${seat(left + 8)}${bar}${box}<circle cx="${middle}" cy="${ground}" r="7" fill="none" stroke="var(--ink)" stroke-width="4"/>`
}

/** Hills, a sun, and a bicycle that leans on nothing. */
const scenery = `<svg class="scenery" viewBox="0 0 480 340" preserveAspectRatio="xMidYMax slice" aria-hidden="true"><rect width="480" height="340" fill="var(--sky)"/><circle cx="370" cy="92" r="46" fill="var(--sun)"/><path d="M0 232q90-70 190-24t290-46v178H0z" fill="var(--far)"/><path d="M0 274q120-52 250-14t230-20v100H0z" fill="var(--near)"/><path d="M0 316h480v24H0z" fill="var(--road)"/><g transform="translate(82 121) scale(1.34)" style="color:var(--accent)">${bicycle(0)}</g></svg>`

const style = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#566273;--line:#e2e6ec;--paper:#fff;--wash:#f6f7f4;--accent:#0f766e;--on-accent:#fff;--tyre:#2a3441;--sky:#dff1ee;--sun:#fcd34d;--far:#a7d5c6;--near:#6fb5a0;--road:#4b5563;--tint:#eef6f4}
@media (prefers-color-scheme:dark){:root{--ink:#edf1f6;--soft:#a5b1c0;--line:#2a3340;--paper:#151b23;--wash:#0d1117;--accent:#2dd4bf;--on-accent:#05211d;--tyre:#93a1b3;--sky:#13303a;--sun:#f2d9a0;--far:#1d4a4a;--near:#17393a;--road:#0b1116;--tint:#11231f}}
*{box-sizing:border-box}html{scroll-behavior:smooth}@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:var(--wash)}
header,main,footer{max-width:1120px;margin:0 auto;padding:0 24px}
header{display:flex;align-items:center;gap:12px 32px;flex-wrap:wrap;padding-top:18px;padding-bottom:18px}
a{color:inherit;text-decoration:none}a:focus-visible{outline:3px solid var(--accent);outline-offset:3px;border-radius:6px}
.brand{display:flex;align-items:center;gap:10px;font-weight:700;font-size:19px;letter-spacing:-.01em}.brand svg{width:32px;color:var(--accent)}
nav{display:flex;gap:4px 22px;flex-wrap:wrap;color:var(--soft)}nav a:hover{color:var(--ink)}
.hero{display:grid;grid-template-columns:1.05fr 1fr;background:var(--paper);border:1px solid var(--line);border-radius:24px;overflow:hidden}.hero>div{padding:clamp(28px,5vw,60px)}
.season{margin:0 0 10px;color:var(--accent);font-weight:600;font-size:14px}h1{font-size:clamp(31px,4.6vw,52px);line-height:1.08;letter-spacing:-.025em;margin:0 0 16px;text-wrap:balance}
.lead{color:var(--soft);font-size:18px;max-width:44ch;margin:0 0 26px}.button{display:inline-block;padding:12px 22px;border-radius:999px;background:var(--accent);color:var(--on-accent);font-weight:600}
.scenery{width:100%;height:100%;min-height:260px;display:block}.note{margin:18px 0 0;padding:12px 18px;border-radius:14px;background:var(--tint);color:var(--soft);font-size:15px}
h2{font-size:26px;letter-spacing:-.015em;margin:44px 0 16px}h3{font-size:17px;margin:0}
.goods{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:18px}
article{background:var(--paper);border:1px solid var(--line);border-radius:18px;overflow:hidden}article svg{display:block;width:100%;padding:22px 26px 14px;background:var(--tint)}
article div{padding:16px 20px 20px;display:grid;grid-template-columns:1fr auto;gap:2px 12px}article p{margin:0;color:var(--soft);font-size:15px;grid-column:1/-1;grid-row:2}article strong{font-variant-numeric:tabular-nums}
.promises{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:8px 24px;margin:44px 0 0;padding:26px 0;border:solid var(--line);border-width:1px 0}.promises p{margin:4px 0 0;color:var(--soft)}
.workshop{display:grid;grid-template-columns:1.4fr 1fr;gap:8px 48px;margin:0 0 56px}.workshop h2{margin-top:40px}.workshop p{color:var(--soft);margin:0;max-width:58ch}
dl{margin:44px 0 0}dl div{display:flex;justify-content:space-between;padding:8px 0;border-bottom:1px solid var(--line)}dd{margin:0;font-variant-numeric:tabular-nums}dl+p{padding-top:10px;font-size:15px}
footer{display:flex;justify-content:space-between;flex-wrap:wrap;gap:4px 24px;padding-top:22px;padding-bottom:96px;color:var(--soft);font-size:14px;border-top:1px solid var(--line)}
@media (max-width:760px){header,main,footer{padding-left:16px;padding-right:16px}.hero,.workshop{grid-template-columns:1fr}.scenery{order:-1;min-height:0;height:220px}dl{margin-top:16px}h2{margin-top:34px}}
`
