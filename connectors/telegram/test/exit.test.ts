import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('exit.program.ts', import.meta.url))

test.each(['during the wait', 'during a start', 'during a send'])(
  'a connection stopped %s leaves nothing that keeps the process alive',
  async (when) => {
    const child = spawn(process.execPath, ['--import', 'tsx', program, when], { stdio: ['ignore', 'pipe', 'pipe'] })
    let told = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (told += chunk))
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect({ code, told: told.trim() }).toEqual({ code: 0, told: 'stopped' })
  },
)
