import { renderGraphiQL } from '@graphql-yoga/render-graphiql'

/** GraphiQL with everything it needs in one page, so that nothing is asked from another host. */
export const explorerPage = (workspace: string): string => renderGraphiQL({
  title: 'Parley API', endpoint: '/graphql', credentials: 'same-origin', headers: JSON.stringify({ 'x-parley-workspace': workspace }),
  defaultQuery: '# The API of this workspace. Every field is described in the documentation on the left.\nquery Me {\n  me { name workspaces { slug } }\n  sections { new mine closed }\n}\n',
} as never)
