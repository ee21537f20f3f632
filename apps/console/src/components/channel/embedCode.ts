/** What stands in the source of a company's pages. `consent`: the words of the button that asks first. */
export function tagOf(hub: string, key: string, consent: string | null): string {
  const asks = consent === null ? '' : ` data-consent="${consent.replaceAll('"', '&quot;')}"`
  return `<script async src="${hub}/widget.js" data-channel="${key}"${asks}></${'script'}>`
}

export const policyOf = (hub: string): string => `script-src ${hub}; connect-src ${hub}; frame-src ${hub}; img-src ${hub}`

export const commandsOf = `window.Parley = window.Parley || function () { (Parley.q = Parley.q || []).push(arguments) }

Parley('open')                                   // 'close', 'toggle', 'show', 'hide'
Parley('identify', token)                        // signed by your server
Parley('set', { plan: 'Gold', seats: 12 })       // what you know of the visitor
Parley('consent')                                // he agrees to the chat
Parley('logout')
const end = Parley('on', 'unread', (count) => {})   // 'open', 'close', 'online'`

/** How a website's server says who is signed in, in its own language. */
export const signings = {
  node: `import { createHmac, randomUUID } from 'node:crypto'

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claims = {
  sub: user.id, name: user.name, email: user.email,
  jti: randomUUID(), exp: Math.floor(Date.now() / 1000) + 300,
}
const body = \`\${part({ alg: 'HS256', typ: 'JWT' })}.\${part(claims)}\`
const signature = createHmac('sha256', process.env.PARLEY_IDENTITY_SECRET).update(body).digest('base64url')
const token = \`\${body}.\${signature}\``,
  php: `// composer require firebase/php-jwt
use Firebase\\JWT\\JWT;

$token = JWT::encode([
  'sub' => $user->id, 'name' => $user->name, 'email' => $user->email,
  'jti' => bin2hex(random_bytes(16)), 'exp' => time() + 300,
], getenv('PARLEY_IDENTITY_SECRET'), 'HS256');`,
  python: `# pip install PyJWT
import jwt, os, time, uuid

token = jwt.encode({
    "sub": user.id, "name": user.name, "email": user.email,
    "jti": uuid.uuid4().hex, "exp": int(time.time()) + 300,
}, os.environ["PARLEY_IDENTITY_SECRET"], algorithm="HS256")`,
}
