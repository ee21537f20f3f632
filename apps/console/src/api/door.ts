import { hubHeaders } from './client.ts'

/** A refusal of the paths beside GraphQL; the words are in the reader's language. */
export interface DoorRefusal {
  code: string
  message: string
  field?: string
  remedy?: string
}
export type DoorAnswer<Data> = { ok: true; data: Data } | { ok: false; status: number; refusal: DoorRefusal | null }

async function knock<Data>(path: string, body?: object): Promise<DoorAnswer<Data>> {
  try {
    const response = await fetch(path, {
      method: body ? 'POST' : 'GET',
      headers: { ...hubHeaders(), ...(body ? { 'content-type': 'application/json' } : {}) },
      credentials: 'same-origin',
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    })
    const data: unknown = await response.json().catch(() => null)
    if (response.ok) return { ok: true, data: data as Data }
    return { ok: false, status: response.status, refusal: isRefusal(data) ? data : null }
  } catch {
    return { ok: false, status: 0, refusal: null }
  }
}

const isRefusal = (value: unknown): value is DoorRefusal => typeof value === 'object' && value !== null && 'message' in value

const withToken = (path: string, token: string) => `${path}?token=${encodeURIComponent(token)}`

export const signIn = (email: string, password: string) =>
  knock<{ user: object }>('/auth/sign-in/email', { email, password, rememberMe: true })
export const changePassword = (currentPassword: string, newPassword: string) =>
  knock<object>('/auth/change-password', { currentPassword, newPassword })
export const signOut = () => knock<object>('/auth/sign-out', {})

/** `open`: the hub has no workspace yet. `valid`: this token opens the setup. */
export const findSetup = (token: string) => knock<{ open: boolean; valid: boolean }>(withToken('/setup/status', token))
export interface SetupInput {
  token: string
  company: string
  slug: string
  language: string
  name: string
  email: string
  password: string
}
export const setUp = (input: SetupInput) => knock<{ workspace: string }>('/setup', input)

export interface Invitation {
  valid: boolean
  workspace: string
  name: string
  email: string
  hasAccount: boolean
}
export const findInvitation = (token: string) => knock<Invitation>(withToken('/invite/status', token))
export const acceptInvitation = (input: { token: string; password: string; name?: string }) =>
  knock<{ workspace: string }>('/invite', input)

/** The key of the website whose chat stands on the sign-in page; null where none does. */
export const findSignInChat = (workspace: string | null) =>
  knock<{ key: string | null }>(`/widget/sign-in${workspace ? `?workspace=${encodeURIComponent(workspace)}` : ''}`)
