import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Language, languages } from '@parley/schema/vocabulary'
import { loadEnv } from '../env.ts'
import { StartFault } from '../fault.ts'
import { createLog } from '../log.ts'
import { duties, emailOf, password } from './company.ts'
import { type Demo, startDemo } from './demo.ts'
import { samples } from './locales/index.ts'
import type { Sample } from './sample.ts'

// biome-ignore lint/style/noProcessEnv: the demo has a setting of its own, which is none of the hub's.
const source = process.env

try {
  const language = chosenLanguage()
  const given = loadEnv({ LOG_LEVEL: 'warn', ...source })
  // Everything of its own, below a folder of its own: a workspace that somebody works with is never touched.
  const dataDir = join(given.dataDir, 'demo', language)
  const env = { ...given, host: given.host ?? '127.0.0.1', dataDir, s3: undefined, smtpUrl: undefined, secret: undefined }
  const starting = startDemo({ env, language, log: createLog(env.logLevel), onMaking: () => print(`\n${samples[language].print.making}`) })
  endWith(starting)
  print(words(await starting, dataDir))
} catch (error) {
  if (!(error instanceof StartFault)) throw error
  process.stderr.write(`\n${error.message}\n\n`)
  process.exit(1)
}

/** `--language`, else DEMO_LANGUAGE, else the one of this machine; English where Parley does not speak it. */
function chosenLanguage(): Language {
  const { values } = parseArgs({ options: { language: { type: 'string' } }, strict: false })
  const asked = typeof values.language === 'string' ? values.language : source.DEMO_LANGUAGE
  const wanted = asked || Intl.DateTimeFormat().resolvedOptions().locale
  const found = languages.find((each) => each.split('-')[0] === wanted.toLowerCase().split(/[-_.]/)[0])
  if (asked && !found) throw new StartFault(`The demo speaks ${languages.join(', ')}, and not ${asked}.`)
  return found ?? 'en'
}

function words({ hub, sample, made }: Demo, folder: string): string {
  const { print: say } = sample
  const lines = [
    ...(made ? [filled(say.made, { chats: made.chats, messages: made.messages, seconds: made.seconds.toFixed(1) })] : []),
    '',
    say.title,
    '',
    `  ${hub.url}   ${say.desk}`,
    `  ${hub.url}/demo   ${say.shop}`,
    '',
    `${say.accounts}, ${say.password} ${password}`,
    '',
    ...accounts(sample),
    '',
    ...say.tryThis.map((line, n) => `  ${n + 1}. ${line}`),
    '',
    filled(say.end, { folder }),
    '',
  ]
  return lines.join('\n')
}

function accounts(sample: Sample): string[] {
  const rows = duties.map(({ standing, topics }, n) => {
    const [name] = sample.staff[n] ?? ['']
    return [
      emailOf(name),
      name,
      [sample.print.roles[standing], standing === 'limited' ? '' : topics.map((topic) => sample.groups[topic]).join(', ')]
        .filter(Boolean)
        .join(': '),
    ]
  })
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map(([email = '', name = '', duty = '']) => `  ${email.padEnd(width(0))}   ${name.padEnd(width(1))}   ${duty}`)
}

function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (token, name: string) => String(values[name] ?? token))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Also a start that is not done yet: what it has opened is closed. */
function endWith(starting: Promise<Demo>): void {
  let ending = false
  const end = () => {
    // The second signal means now.
    if (ending) process.exit(1)
    ending = true
    setTimeout(() => process.exit(1), 25_000).unref()
    void starting
      .then((demo) => demo.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}
