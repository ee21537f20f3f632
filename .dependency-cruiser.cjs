/**
 * Who may import whom: design "The house". Each rule is one sentence of it; scripts/test/boundaries.test.ts plants a breach of each.
 */
const hub = 'apps/hub/src'
const rooms = (...names) => `^${hub}/(${names.join('|')})(/|\\.ts$)`

/** Rooms a room of the hub may see besides itself, the contracts and the plain helpers at the top of src. */
const hubRooms = ['api', 'routes', 'gateway', 'domain', 'feed', 'files', 'db', 'accounts', 'words', 'demo']
const mayUse = {
  db: ['words'],
  words: [],
  feed: ['db', 'words'],
  files: ['db', 'words'],
  accounts: ['db', 'words', 'domain', 'feed'],
  domain: ['db', 'feed', 'files', 'words'],
  gateway: ['domain', 'db', 'feed', 'files', 'words'],
  api: ['domain', 'db', 'feed', 'files', 'words', 'accounts'],
  routes: ['domain', 'db', 'feed', 'files', 'words', 'accounts'],
}

const forbidden = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })

const roomRules = Object.entries(mayUse).map(([room, allowed]) => {
  const others = hubRooms.filter((each) => each !== room && !allowed.includes(each))
  return forbidden(
    `hub-${room}`,
    { path: rooms(room) },
    { path: rooms(...others, 'hub', 'main', 'env') },
    `${room} sees ${allowed.join(', ') || 'nothing of ours'}`,
  )
})

module.exports = {
  forbidden: [
    forbidden('no-cycles', {}, { circular: true }, 'What needs each other is one thing or has a third one in common.'),
    forbidden('no-unresolved', {}, { couldNotResolve: true, pathNot: '^(virtual:|~icons)' }, 'An import leads somewhere.'),
    forbidden(
      'schema-imports-nothing-of-ours',
      { path: '^schema/' },
      { path: '^(apps|connectors|widget|e2e|bench|scripts)/' },
      'A contract knows neither side.',
    ),
    forbidden(
      'connectors-see-the-contract-only',
      { path: '^connectors/([^/]+)/src/' },
      { path: '^(apps|widget|e2e|bench|scripts)/' },
      'A connector knows nothing of the hub.',
    ),
    forbidden(
      'connectors-do-not-see-one-another',
      { path: '^connectors/([^/]+)/src/' },
      { path: '^connectors/', pathNot: '^connectors/($1|meta)/' },
      'A kind stands alone; the Meta kinds share meta.',
    ),
    forbidden(
      'gateway-alone-meets-connectors',
      { path: `^${hub}/`, pathNot: rooms('gateway', 'demo') },
      { path: '^connectors/' },
      'One room meets connectors.',
    ),
    forbidden(
      'stand-ins-stay-out-of-the-hub',
      { path: `^${hub}/`, pathNot: rooms('demo') },
      { path: '^connectors/conformance/' },
      'The stand-ins are for tests and the demo.',
    ),
    forbidden(
      'domain-is-plain',
      { path: rooms('domain', 'feed', 'db') },
      { path: 'node_modules/(@pothos|hono|@hono|graphql|graphql-yoga|graphql-ws)/' },
      'The rules know neither HTTP nor GraphQL.',
    ),
    ...roomRules,
    forbidden(
      'hub-joins',
      { path: `^${hub}/`, pathNot: `^${hub}/(main|demo/.*)\\.ts$` },
      { path: `^${hub}/hub\\.ts$` },
      'Only main (and the demo) starts a hub.',
    ),
    forbidden('main-is-the-top', { path: `^${hub}/`, pathNot: rooms('demo') }, { path: `^${hub}/main\\.ts$` }, 'Nobody imports main.'),
    forbidden(
      'env-is-handed-down',
      { path: `^${hub}/`, pathNot: `^${hub}/(main|hub|demo/.*)\\.ts$` },
      { path: `^${hub}/env\\.ts$`, dependencyTypesNot: ['type-only'] },
      'Settings are passed in, not looked up.',
    ),
    forbidden(
      'source-without-tests',
      { path: '/src/', pathNot: '^(connectors/conformance|e2e|bench)/' },
      { path: ['/test/', '/node_modules/vitest/'] },
      'A product does not carry its tests.',
    ),

    forbidden(
      'console-stands-alone',
      { path: '^apps/console/' },
      { path: '^(apps/hub|connectors|widget|e2e|bench|scripts)/' },
      'The console knows the hub by its API.',
    ),
    forbidden(
      'console-api-is-the-bottom',
      { path: '^apps/console/src/api/' },
      { path: '^apps/console/src/(stores|composables|components|pages|live)' },
      'api sees nothing above it.',
    ),
    forbidden(
      'console-stores',
      { path: '^apps/console/src/stores/' },
      { path: '^apps/console/src/(composables|components|pages|live)' },
      'Stores see api.',
    ),
    forbidden(
      'console-composables',
      { path: '^apps/console/src/composables/' },
      { path: '^apps/console/src/(components|pages)/' },
      'Composables see stores.',
    ),
    forbidden(
      'console-components',
      { path: '^apps/console/src/components/' },
      { path: '^apps/console/src/(pages|live)' },
      'Components see composables.',
    ),
    forbidden(
      'console-ui-is-plain',
      { path: '^apps/console/src/components/ui/' },
      { path: '^apps/console/src/(stores|pages|api|live|components/(?!ui/))' },
      'Building blocks know no noun.',
    ),
    forbidden(
      'console-live',
      { path: '^apps/console/src/live\\.ts$' },
      { path: '^apps/console/src/(composables|components|pages)/' },
      'live writes stores.',
    ),
    forbidden(
      'widget-stands-alone',
      { path: '^widget/' },
      { path: '^(apps|connectors|e2e|bench|scripts)/' },
      'The widget knows the hub by its API.',
    ),
    forbidden(
      'widget-loader',
      { path: '^widget/src/loader/' },
      { path: '^widget/src/app/' },
      'The loader is on every page of a customer; the chat is not.',
    ),
    forbidden('widget-app', { path: '^widget/src/app/' }, { path: '^widget/src/loader/' }, 'The frame meets the page through the bridge.'),
    forbidden('widget-shared', { path: '^widget/src/shared/' }, { path: '^widget/src/(app|loader)/' }, 'shared is the bottom.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(apps/[^/]+|widget|e2e|bench)/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    combinedDependencies: true,
    preserveSymlinks: false,
  },
}
