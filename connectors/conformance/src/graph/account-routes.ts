import { GraphError, graphErrors, invalid } from './errors.ts'
import type { GraphObject } from './ledger.ts'
import { plainly, type RouteTable } from './route.ts'
import type { World } from './world.ts'

/** Who the accounts are, who talks to them, and where their events go. */
export const accountRoutes: RouteTable = ({ accounts }) => [
  [
    /^me$/,
    'GET',
    () => ({
      name: 'me',
      about: plainly('me'),
      run: ({ fields }) =>
        String(fields.fields).includes('user_id')
          ? { user_id: accounts.instagramId, username: accounts.instagramName }
          : {
              id: accounts.pageId,
              name: accounts.pageName,
              instagram_business_account: { id: accounts.instagramId, username: accounts.instagramName },
            },
    }),
  ],
  [/^(me|\d+)\/subscribed_apps$/, 'POST', () => ({ name: 'subscribe', about: plainly('subscribe'), run: () => ({ success: true }) })],
  [
    new RegExp(`^${accounts.appId}/subscriptions$`),
    'POST',
    () => ({ name: 'setCallback', byApp: true, about: plainly('setCallback'), run: ({ fields }, world) => setCallback(fields, world) }),
  ],
  [
    new RegExp(`^${accounts.appId}/subscriptions$`),
    'GET',
    () => ({
      name: 'getCallback',
      byApp: true,
      about: plainly('getCallback'),
      run: (_, { deliveries }) => ({
        data: (['page', 'instagram', 'whatsapp_business_account'] as const)
          .filter((object) => deliveries.callback(object))
          .map((object) => ({ object, callback_url: deliveries.callback(object), active: true })),
      }),
    }),
  ],
  [
    /^(\d+)$/,
    'GET',
    ([, id]) => ({
      name: 'profile',
      about: () => ({ name: 'profile', to: String(id) }),
      run: (_, world) => profile(String(id), world),
    }),
  ],
]

async function setCallback(fields: Record<string, unknown>, { deliveries }: World): Promise<object> {
  const url = String(fields.callback_url)
  if (!/^https?:\/\//.test(url)) throw invalid('Param callback_url must be a valid URI')
  if (!(await deliveries.shakeHands(url, String(fields.verify_token)))) throw new GraphError(graphErrors.callbackFailed)
  deliveries.setCallback(String(fields.object) as GraphObject, url)
  return { success: true }
}

function profile(id: string, { people }: World): object {
  const person = people.get(`page ${id}`) ?? people.get(`instagram ${id}`)
  if (!person) throw new GraphError(graphErrors.noSuchUser)
  const [first_name, last_name] = (person.name ?? '').split(' ')
  return { id, name: person.name, first_name, last_name, ...(person.username && { username: person.username }) }
}
