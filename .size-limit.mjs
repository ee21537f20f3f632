import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const consoleFolder = 'apps/console/dist'
const widgetFolder = 'widget/dist'

/** The scripts a page names, with everything those import at once. What is imported later is not part of the first page. */
function scriptsOf(folder, page, base = '/') {
  const html = readFileSync(join(folder, page), 'utf8')
  const named = [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => String(path))
  if (named.length === 0) throw new Error(`${join(folder, page)} names no script`)
  return withImports(named.map((path) => join(folder, path.startsWith(base) ? path.slice(base.length) : path)))
}

function withImports(files) {
  const seen = new Set()
  const visit = (file) => {
    if (seen.has(file)) return
    if (!existsSync(file)) throw new Error(`${file} is named and missing`)
    seen.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, path] of text.matchAll(/(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)) visit(join(file, '..', String(path)))
  }
  for (const file of files) visit(file)
  return [...seen]
}

/** The first page of someone who works: the shell, the desk (a chunk of its own or part of the shell) and what the first page says in the largest language. */
function desk() {
  const assets = join(consoleFolder, 'assets')
  const names = readdirSync(assets)
  const languages = names.filter((name) => /^(en|es|ru|pt-BR)\.first-.*\.js$/.test(name))
  if (languages.length === 0) throw new Error('the languages are not among the built files')
  const sizeOf = (name) => statSync(join(assets, name)).size
  const largest = languages.reduce((most, each) => (sizeOf(each) > sizeOf(most) ? each : most))
  const kit = names.filter((name) => name.startsWith(largest.replace(/first-.*/, 'kit-')) && name.endsWith('.js'))
  const pages = names.filter((name) => /^InboxPage-.*\.js$/.test(name)).map((name) => join(assets, name))
  return withImports([...scriptsOf(consoleFolder, 'index.html'), ...pages, ...[largest, ...kit].map((name) => join(assets, name))])
}

/** The chat's page with its scripts and looks, in the language that says most. */
function chat() {
  const folder = join(widgetFolder, 'app')
  const assets = readdirSync(join(folder, 'assets')).map((name) => join(folder, 'assets', name))
  const [words] = assets.filter((file) => file.endsWith('.json')).toSorted((one, other) => statSync(other).size - statSync(one).size)
  const looks = assets.filter((file) => file.endsWith('.css'))
  return [join(folder, 'index.html'), ...scriptsOf(folder, 'index.html', '/widget/'), ...looks, words]
}

const loader = [join(widgetFolder, 'widget.js')]
// The hub serves all of it as brotli to every browser that takes it, which is every one the widget runs in.
const brotli = true

export default [
  { name: "widget: the loader on a customer's page", path: loader, limit: '3 kB', brotli },
  { name: 'widget: all of it', path: [...loader, ...chat()], limit: '30 kB', brotli },
  { name: "console: the desk's first page", path: desk(), limit: '300 kB', brotli },
]
