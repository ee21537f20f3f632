import { resolve } from 'node:path'
import { z } from 'zod'
import { areFailpoints } from './failpoints.ts'
import { StartFault } from './fault.ts'

/** Everything that is set from outside; `loadEnv()` is the only reader of process.env. */
export interface Env {
  port: number
  /** undefined: all addresses */
  host: string | undefined
  /** without a slash at the end; undefined: taken from the first request's address as shown at the start */
  publicUrl: string | undefined
  /** absolute */
  dataDir: string
  /** undefined: the embedded database */
  databaseUrl: string | undefined
  natsUrl: string | undefined
  /** undefined: files are kept below dataDir */
  s3: S3Settings | undefined
  smtpUrl: string | undefined
  /** The address mails come from; undefined: no-reply at the host of publicUrl. */
  smtpFrom: string | undefined
  /** undefined: one that is installed, else the one of the packages */
  chromiumPath: string | undefined
  /** a database of places by address, in the format MMDB; undefined: the hub cannot tell where visitors are */
  geoipFile: string | undefined
  /** undefined: a generated key file below dataDir */
  secret: string | undefined
  roles: readonly HubRole[]
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  /** host:port pairs in private networks that the hub may fetch from */
  allowPrivateFetch: readonly string[]
  /** addresses or ranges of reverse proxies whose X-Forwarded-For is believed */
  trustedProxies: readonly string[]
  /** for fault tests: where this process ends itself, see failpoints.ts */
  failpoints: string
}

export interface S3Settings {
  endpoint: string | undefined
  bucket: string
  region: string
  accessKey: string
  secretKey: string
}

const hubRoles = ['web', 'worker', 'connectors'] as const
export type HubRole = (typeof hubRoles)[number]

const address = (protocols: string[], example: string) =>
  z.string().refine((text) => protocols.includes(URL.canParse(text) ? new URL(text).protocol : ''), {
    error: `must be an address such as ${example}`,
  })

const port = z.string().refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, { error: 'must be a number from 0 to 65535' })

const list = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)

/** An address the outside sees has no path of its own: links and cookies are made from its root. */
const publicUrl = address(['http:', 'https:'], 'https://chat.example.com').refine(
  (text) => !URL.canParse(text) || (/^\/?$/.test(new URL(text).pathname) && !/[?#]/.test(text)),
  {
    error: 'must be an address without a path, such as https://chat.example.com',
  },
)

const fields = z.object({
  PORT: port.default('4000'),
  HOST: z.string().max(255).optional(),
  PUBLIC_URL: publicUrl.optional(),
  DATA_DIR: z.string().max(1000).default('./data'),
  DATABASE_URL: address(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/parley').optional(),
  NATS_URL: address(['nats:', 'tls:', 'ws:', 'wss:'], 'nats://host:4222').optional(),
  S3_ENDPOINT: address(['http:', 'https:'], 'https://s3.example.com').optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: 'must be the name of a bucket: 3 to 63 small letters, digits, dots and dashes' })
    .optional(),
  S3_REGION: z.string().max(64).default('us-east-1'),
  S3_ACCESS_KEY: z.string().max(256).optional(),
  S3_SECRET_KEY: z.string().max(256).optional(),
  SMTP_URL: address(['smtp:', 'smtps:'], 'smtps://user:password@host:465').optional(),
  SMTP_FROM: z.email({ error: 'must be an e-mail address such as chat@example.com' }).max(254).optional(),
  CHROMIUM_PATH: z.string().max(1000).optional(),
  GEOIP_FILE: z.string().max(1000).optional(),
  PARLEY_SECRET: z
    .string()
    .min(32, { error: 'must have at least 32 characters; make one with: openssl rand -base64 32' })
    .max(1000)
    .optional(),
  ROLES: z
    .string()
    .refine((text) => list(text).length > 0 && list(text).every((each) => (hubRoles as readonly string[]).includes(each)), {
      error: `must be one or more of ${hubRoles.join(', ')}, with commas`,
    })
    .default(hubRoles.join(',')),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent'], { error: 'must be one of debug, info, warn, error, fatal, silent' })
    .default('info'),
  TRUSTED_PROXIES: z.string().max(2000).default(''),
  PARLEY_ALLOW_PRIVATE_FETCH: z
    .string()
    .refine((text) => list(text).every((each) => /^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i.test(each)), {
      error: 'must be host:port pairs with commas, such as 127.0.0.1:8081',
    })
    .default(''),
  PARLEY_FAILPOINTS: z
    .string()
    .refine(areFailpoints, { error: 'must be failpoints with commas, such as kill@work.committed:7' })
    .optional(),
})

/** Half a storage is a mistake, not a wish for files on the local disk. */
function missingS3(set: Record<string, unknown>): string[] {
  const given = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'].filter((name) => set[name] !== undefined)
  const missing = ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'].filter((name) => set[name] === undefined)
  return given.length === 0
    ? []
    : missing.map((name) => `${name} is missing, while ${given.join(', ')} ${given.length > 1 ? 'are' : 'is'} set`)
}

/** Reads the settings, or throws one StartFault that names every fault at once. The values themselves are never repeated: some are secret. */
export function loadEnv(source: NodeJS.ProcessEnv = process.env): Env {
  // An empty value, as in `NATS_URL=` of an env file, means "not set".
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = fields.safeParse(set)
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)),
    ...missingS3(set),
    ...misspelt(set),
  ]
  if (!parsed.success || faults.length > 0)
    throw new StartFault(`Parley cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
  return settingsOf(parsed.data)
}

/** Names of ours alone: other programs' variables are none of our business. */
function misspelt(set: Record<string, unknown>): string[] {
  return Object.keys(set).flatMap((name) =>
    name.startsWith('PARLEY_') && !(name in fields.shape) && !name.startsWith('PARLEY_TEST_') ? [`${name} is not a setting of Parley`] : [],
  )
}

function settingsOf(values: z.output<typeof fields>): Env {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey } = values
  return {
    port: Number(values.PORT),
    host: values.HOST,
    publicUrl: values.PUBLIC_URL?.replace(/\/$/, ''),
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    natsUrl: values.NATS_URL,
    s3:
      bucket && accessKey && secretKey
        ? { endpoint: values.S3_ENDPOINT, bucket, region: values.S3_REGION, accessKey, secretKey }
        : undefined,
    smtpUrl: values.SMTP_URL,
    smtpFrom: values.SMTP_FROM,
    chromiumPath: values.CHROMIUM_PATH,
    geoipFile: values.GEOIP_FILE,
    secret: values.PARLEY_SECRET,
    roles: hubRoles.filter((role) => list(values.ROLES).includes(role)),
    logLevel: values.LOG_LEVEL,
    allowPrivateFetch: list(values.PARLEY_ALLOW_PRIVATE_FETCH),
    trustedProxies: list(values.TRUSTED_PROXIES),
    failpoints: values.PARLEY_FAILPOINTS ?? '',
  }
}
