import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A program in this folder that starts the given Chromium so that WhatsApp Web is the stand-in and nothing else is anywhere. */
export async function browserFor(port: number, chromium: { path: string; env: Record<string, string> }, folder: string): Promise<string> {
  const program = join(folder, 'chromium-to-the-stand-in')
  const settings = Object.entries(chromium.env).map(([name, value]) => `export ${name}=${quoted(value)}`)
  const rules = `--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:${port}, MAP * ~NOTFOUND`
  const start = `exec ${quoted(chromium.path)} ${quoted(rules)} --ignore-certificate-errors "$@"`
  await writeFile(program, ['#!/bin/sh', ...settings, start, ''].join('\n'))
  await chmod(program, 0o755)
  return program
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
