import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const english = new URL('../src/app/locales/en.json', import.meta.url)

/**
 * In what is shipped a text is known by its place in the list, and a language is such a list: the names of the texts stay
 * behind. A name stands as a literal in the first argument of `say`, or in `word('…')` where it is said elsewhere.
 */
export function wordsAsNumbers(): Plugin {
  const names = Object.keys(JSON.parse(readFileSync(english, 'utf8')))
  const numbered = (code: string, where: string) =>
    code.replace(/'(\w+)'/g, (_, name: string) => {
      const at = names.indexOf(name)
      if (at < 0) throw new Error(`${where}: “${name}” is no text of the widget`)
      return `${at}`
    })
  return {
    name: 'words as numbers',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/widget/src/app/') || !/\b(useUi|Say)\b/.test(code)) return
      return code
        .replace(/\bword\('\w+'\)/g, (call) => numbered(call.slice(5, -1), id))
        .replace(/\bsay\(([^{}(),:]+|[^{}(),?]+\?[^{}(),]+)(?=[),])/g, (call, name: string) => {
          if (!name.includes("'") && !/\bword$/.test(name)) throw new Error(`${id}: ${call}) names its text by no literal and no word('…')`)
          return numbered(call, id)
        })
    },
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'asset' || !part.fileName.endsWith('.json')) continue
        const texts: Record<string, string> = JSON.parse(String(part.source))
        part.source = JSON.stringify(names.map((name) => texts[name]))
      }
    },
  }
}
