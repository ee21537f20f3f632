import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { loadEnv } from '../src/env.ts'

test('with nothing set the hub listens on 4000, keeps its data in ./data and does everything itself', () => {
  expect(loadEnv({})).toMatchObject({
    port: 4000,
    dataDir: resolve('data'),
    databaseUrl: undefined,
    s3: undefined,
    roles: ['web', 'worker', 'connectors'],
    logLevel: 'info',
  })
})

test('one message names every fault and repeats no value', () => {
  const wrong = {
    PORT: 'http',
    PUBLIC_URL: 'https://chat.example.com/sub',
    DATABASE_URL: 'mysql://root:hunter2@db/parley',
    NATS_URL: 'localhost',
    S3_ENDPOINT: 'https://s3.example.com',
    S3_ACCESS_KEY: 'key',
    SMTP_URL: 'mail',
    PARLEY_SECRET: 'short-secret',
    ROLES: 'web,janitor',
    LOG_LEVEL: 'loud',
    PARLEY_ALLOW_PRIVATE_FETCH: 'localhost',
    PARLEY_SECRETS: 'x',
  }
  const said = messageOf(() => loadEnv(wrong))
  expect(
    said
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(' ')[1]),
  ).toEqual([
    'PORT',
    'PUBLIC_URL',
    'DATABASE_URL',
    'NATS_URL',
    'SMTP_URL',
    'PARLEY_SECRET',
    'ROLES',
    'LOG_LEVEL',
    'PARLEY_ALLOW_PRIVATE_FETCH',
    'S3_BUCKET',
    'S3_SECRET_KEY',
    'PARLEY_SECRETS',
  ])
  for (const secret of ['hunter2', 'short-secret', 'janitor']) expect(said).not.toContain(secret)
})

test('half an S3 configuration is a fault that names the missing half', () => {
  const said = messageOf(() => loadEnv({ S3_ENDPOINT: 'https://s3.example.com', S3_ACCESS_KEY: 'key' }))
  expect(said).toContain('S3_BUCKET is missing, while S3_ENDPOINT, S3_ACCESS_KEY are set')
  expect(said).toContain('S3_SECRET_KEY is missing')
})

test('an empty variable counts as not set', () => {
  expect(loadEnv({ NATS_URL: '', PORT: '', HOST: '' })).toMatchObject({ natsUrl: undefined, port: 4000, host: undefined })
})

test('lists and addresses are read as they are meant', () => {
  const env = loadEnv({
    ROLES: 'worker, web',
    PUBLIC_URL: 'https://chat.example.com/',
    PARLEY_ALLOW_PRIVATE_FETCH: '127.0.0.1:8081, intranet:80,[::1]:9000',
  })
  expect(env).toMatchObject({
    roles: ['web', 'worker'],
    publicUrl: 'https://chat.example.com',
    allowPrivateFetch: ['127.0.0.1:8081', 'intranet:80', '[::1]:9000'],
  })
})

function messageOf(job: () => unknown): string {
  try {
    job()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it did not refuse')
}
