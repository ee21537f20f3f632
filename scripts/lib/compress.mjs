import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { filesBelow } from './repository.mjs'

const compressible = /\.(?:js|css|svg|json)$/
/** Below this a compressed copy saves nothing worth a file; bytes. */
const smallest = 1024

/**
 * Puts a .br and a .gz beside every file of an `assets` folder, as small as they get: the hub then sends them as they are.
 * Only there, because those names carry a hash of their content, so that a copy can never be older than its file.
 * @param {string} folder
 */
export async function compressAssets(folder) {
  const files = filesBelow(folder, []).filter((file) => basename(dirname(file)) === 'assets' && compressible.test(file))
  await Promise.all(files.map(compress))
}

async function compress(file) {
  const bytes = readFileSync(file)
  if (bytes.length < smallest) return
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
    promisify(gzip)(bytes, { level: 9 }),
  ])
  writeFileSync(`${file}.br`, br)
  writeFileSync(`${file}.gz`, gz)
}
