import { execFile } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const workspace = ['schema', 'widget', 'apps/hub', 'apps/console', 'connectors/telegram', 'connectors/web', 'connectors/conformance']
const settings = ['package.json', 'tsconfig.json', 'biome.json', '.dependency-cruiser.cjs', 'scripts/lint']

/** A file of the house, the line planted in it, and the rule that must name it. */
const breaches: [file: string, line: string, rule: string][] = [
  ['schema/src/planted.ts', "import '../../apps/hub/src/fault.ts'", 'schema-imports-nothing-of-ours'],
  ['connectors/telegram/src/planted.ts', "import '../../../apps/hub/src/fault.ts'", 'connectors-see-the-contract-only'],
  ['connectors/telegram/src/planted2.ts', "import '../../web/src/planted.ts'", 'connectors-do-not-see-one-another'],
  ['connectors/web/src/planted.ts', 'export const planted = 1', ''],
  ['apps/hub/src/domain/planted.ts', "import '@parley/telegram'", 'gateway-alone-meets-connectors'],
  ['apps/hub/src/gateway/planted.ts', "import '@parley/conformance'", 'stand-ins-stay-out-of-the-hub'],
  ['apps/hub/src/domain/planted2.ts', "import 'hono'", 'domain-is-plain'],
  ['apps/hub/src/domain/planted3.ts', "import type { GraphQLError } from 'graphql'\nexport type Planted = GraphQLError", 'domain-is-plain'],
  ['apps/hub/src/domain/planted4.ts', "import SchemaBuilder from '@pothos/core'\nexport const planted = SchemaBuilder", 'domain-is-plain'],
  ['apps/hub/src/domain/planted5.ts', "import '../gateway/planted.ts'", 'hub-domain'],
  ['apps/hub/src/api/planted.ts', "import '../gateway/planted.ts'", 'hub-api'],
  ['apps/hub/src/api/planted2.ts', "import '../routes/planted.ts'", 'hub-api'],
  ['apps/hub/src/gateway/planted2.ts', "import '../api/planted.ts'", 'hub-gateway'],
  ['apps/hub/src/routes/planted.ts', "import '../gateway/planted.ts'", 'hub-routes'],
  ['apps/hub/src/routes/planted2.ts', "import '../api/planted.ts'", 'hub-routes'],
  ['apps/hub/src/db/planted.ts', "import '../domain/planted6.ts'", 'hub-db'],
  ['apps/hub/src/feed/planted.ts', "import '../domain/planted6.ts'", 'hub-feed'],
  ['apps/hub/src/domain/planted6.ts', "import { loadEnv } from '../env.ts'\nexport const planted = loadEnv", 'env-is-handed-down'],
  ['apps/hub/src/domain/planted7.ts', "import '../hub.ts'", 'hub-joins'],
  ['apps/hub/src/domain/planted8.ts', "import '../../test/support/postgres.ts'", 'source-without-tests'],
  ['apps/hub/src/domain/circle.ts', "import './circle2.ts'", 'no-cycles'],
  ['apps/hub/src/domain/circle2.ts', "import './circle.ts'", ''],
  ['apps/console/src/planted.ts', "import '../../hub/src/fault.ts'", 'console-stands-alone'],
  ['apps/console/src/api/planted.ts', "import '../stores/planted.ts'", 'console-api-is-the-bottom'],
  ['apps/console/src/stores/planted.ts', "import '../composables/planted.ts'", 'console-stores'],
  ['apps/console/src/composables/planted.ts', "import '../components/Planted.vue'", 'console-composables'],
  ['apps/console/src/components/Planted.vue', '<script setup lang="ts">\nimport \'../pages/Planted.vue\'\n</script>', 'console-components'],
  ['apps/console/src/pages/Planted.vue', '<template><p /></template>', ''],
  [
    'apps/console/src/components/ui/Planted.vue',
    '<script setup lang="ts">\nimport \'../../stores/planted.ts\'\n</script>',
    'console-ui-is-plain',
  ],
  ['widget/src/loader/planted.ts', "import '../app/planted.ts'", 'widget-loader'],
  ['widget/src/app/planted.ts', "import '../loader/planted2.ts'", 'widget-app'],
  ['widget/src/loader/planted2.ts', 'export const planted = 1', ''],
  ['widget/src/shared/planted.ts', "import '../app/planted2.ts'", 'widget-shared'],
  ['widget/src/app/planted2.ts', "import '../../../apps/hub/src/fault.ts'", 'widget-stands-alone'],
]

/** Lines that biome must refuse. */
const lines: [file: string, text: string, rule: string][] = [
  ['apps/hub/src/domain/lines.ts', 'export const planted = process.env.HOME', 'lint/style/noProcessEnv'],
  ['widget/src/app/lines.ts', 'export const plant = (element: Element, text: string) => {\n  element.innerHTML = text\n}', 'plugin'],
  [
    'widget/src/loader/lines.ts',
    "export const plant = (element: Element, text: string) => element.insertAdjacentHTML('beforeend', text)",
    'plugin',
  ],
  [
    'widget/src/app/Lines.tsx',
    'export const Plant = ({ html }: { html: string }) => <p dangerouslySetInnerHTML={{ __html: html }} />',
    'lint/security/noDangerouslySetInnerHtml',
  ],
  [
    'apps/console/src/components/LineList.vue',
    '<script setup lang="ts">\ndefineProps<{ html: string }>()\n</script>\n<template><p v-html="html" /></template>',
    'lint/nursery/noVueVHtml',
  ],
]

let copy: string
let found: Violation[]

interface Violation {
  from: string
  rule: { name: string }
}

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'parley-boundaries-'))
  for (const each of settings) cpSync(join(root, each), join(copy, each), { recursive: true })
  for (const folder of workspace) copyPackage(folder)
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const [file, text] of [...breaches, ...lines]) plant(file, text)
  found = await violations()
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

test.each(breaches.filter(([, , rule]) => rule))('a breach in %s (%s) is caught as %s', (file, _line, rule) => {
  expect(found.filter(({ from }) => from === file).map((each) => each.rule.name)).toContain(rule)
})

test.each(lines)('a forbidden line in %s is refused', async (file, _text, rule) => {
  const { stdout } = await execute('biome', ['lint', '--vcs-enabled=false', '--reporter=json', file])
  expect((JSON.parse(stdout) as { diagnostics: { category: string }[] }).diagnostics.map((each) => each.category)).toContain(rule)
})

/** Without what is built or installed; packages of ours are found in the copy, those of others where they are. */
function copyPackage(folder: string): void {
  const skipped = ['node_modules', 'dist', '.cache', 'data']
  cpSync(join(root, folder), join(copy, folder), {
    recursive: true,
    filter: (path) => !skipped.includes(path.slice(root.length).split('/').at(-1) ?? ''),
  })
  const modules = join(root, folder, 'node_modules')
  if (!existsSync(modules)) return
  mkdirSync(join(copy, folder, 'node_modules', '@parley'), { recursive: true })
  for (const name of readdirSync(modules)) {
    if (name !== '@parley') symlinkSync(join(modules, name), join(copy, folder, 'node_modules', name))
  }
  for (const each of workspace) symlinkSync(join(copy, each), join(copy, folder, 'node_modules', '@parley', each.split('/').at(-1) ?? ''))
}

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true })
  if (existsSync(join(copy, file))) appendFileSync(join(copy, file), `\n${text}\n`)
  else writeFileSync(join(copy, file), `${text}\n`)
}

async function violations(): Promise<Violation[]> {
  const { stdout } = await execute('depcruise', [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'apps',
    'connectors',
    'schema',
    'widget',
  ])
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations
}

/** What it printed, whatever its exit code: a breach is what is looked for. */
function execute(program: string, args: string[]): Promise<{ stdout: string }> {
  return new Promise((resolve) => {
    execFile(join(root, 'node_modules/.bin', program), args, { cwd: copy, maxBuffer: 2 ** 28 }, (_error, stdout) => resolve({ stdout }))
  })
}
