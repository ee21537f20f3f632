/** GraphiQL with everything it needs in one page, so that nothing is asked from another host. Eight megabytes, read when it is asked for. */
export async function explorerPage(workspace: string): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  return renderGraphiQL({
    title: 'Parley API',
    endpoint: '/graphql',
    credentials: 'same-origin',
    headers: JSON.stringify({ 'x-parley-workspace': workspace }),
    defaultQuery:
      '# The API of this workspace. Every field is described in the documentation on the left.\nquery Me {\n  me { name workspaces { slug } }\n  sections { new mine closed }\n}\n',
  } as never)
}
