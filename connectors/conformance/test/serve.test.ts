import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the stand-in runs as a process of its own and ends when it is told to', async () => {
  const program = fileURLToPath(new URL('../src/telegram/serve.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', program, '--token', '123456789:AAgiven-to-the-process'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const [line] = await once(child.stdout, 'data')
  const { apiRoot, token } = JSON.parse(String(line))
  const answer = await fetch(`${apiRoot}/bot${token}/getMe`)
  expect(await answer.json()).toMatchObject({ ok: true, result: { is_bot: true } })
  child.kill('SIGTERM')
  expect((await exit)[0]).toBe(0)
})
