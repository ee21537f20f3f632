import { ask, hubHeaders, tell } from './client.ts'
import type { DoorAnswer } from './door.ts'
import { operatorFields, profileFields, refusalFields } from './fragments.ts'
import { graphql, type VariablesOf } from './graphql.ts'

const profileQuery = graphql(`query Profile { profile { ...ProfileFields } }`, [profileFields])
export const findProfile = async () => (await ask(profileQuery, {})).profile

const update = graphql(
  `mutation UpdateProfile($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename ...ProfileFields ... on Profile { operator { ...OperatorFields } } ...RefusalFields } }`,
  [profileFields, operatorFields, refusalFields],
)
export const updateProfile = async (input: VariablesOf<typeof update>['input']) => (await tell(update, { input })).updateProfile

const remove = graphql(
  `mutation RemoveAvatar { removeAvatar { __typename ... on Profile { operator { ...OperatorFields } } ...RefusalFields } }`,
  [operatorFields, refusalFields],
)
export const removeAvatar = async () => (await tell(remove, {})).removeAvatar

/** Hands a picture to the hub, which draws it anew as a small square. */
export async function uploadAvatar(file: File): Promise<DoorAnswer<{ avatarUrl: string }>> {
  const form = new FormData()
  form.append('file', file)
  try {
    const response = await fetch('/files/avatar', { method: 'POST', headers: hubHeaders(), credentials: 'same-origin', body: form })
    const data = await response.json().catch(() => null)
    return response.ok ? { ok: true, data } : { ok: false, status: response.status, refusal: data }
  } catch {
    return { ok: false, status: 0, refusal: null }
  }
}
