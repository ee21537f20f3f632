import type { Component } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { laterPage, withWords } from './later.ts'
import HomePage from './pages/HomePage.vue'
import InboxPage from './pages/InboxPage.vue'
import WorkspacePage from './pages/WorkspacePage.vue'
import { useConnection } from './stores/connection.ts'

/** The desk is in the first load; what is seen now and then comes when it is asked for. What the rail leads to comes before that, at rest. */
/** A page that comes with its words and icons when it is first gone to. */
const page = (load: () => Promise<{ default: Component }>) => () => withWords(load)

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', name: 'home', component: HomePage },
    { path: '/workspaces', name: 'workspaces', component: page(() => import('./pages/WorkspacesPage.vue')) },
    { path: '/sign-in', name: 'sign-in', component: page(() => import('./pages/SignInPage.vue')) },
    { path: '/w/:workspace/sign-in', name: 'workspace-sign-in', component: page(() => import('./pages/SignInPage.vue')) },
    { path: '/setup', name: 'setup', component: page(() => import('./pages/SetupPage.vue')) },
    { path: '/invite', name: 'invite', component: page(() => import('./pages/InvitePage.vue')) },
    {
      path: '/w/:workspace',
      component: WorkspacePage,
      children: [
        { path: '', name: 'workspace', redirect: { name: 'inbox' } },
        { path: 'inbox/:chatId?', name: 'inbox', component: InboxPage },
        { path: 'team', name: 'team', component: laterPage(() => import('./pages/TeamPage.vue')) },
        { path: 'undelivered', name: 'undelivered', component: laterPage(() => import('./pages/UndeliveredPage.vue')) },
        { path: 'customers/:customerId?', name: 'customers', component: laterPage(() => import('./pages/CustomersPage.vue')) },
        { path: 'requests/:requestId?', name: 'requests', component: laterPage(() => import('./pages/RequestsPage.vue')) },
        { path: 'search', name: 'search', component: laterPage(() => import('./pages/SearchPage.vue')) },
        { path: 'visitors', name: 'visitors', component: laterPage(() => import('./pages/VisitorsPage.vue')) },
        { path: 'reports', name: 'reports', component: laterPage(() => import('./pages/ReportsPage.vue')) },
        { path: 'wall', name: 'wall', component: laterPage(() => import('./pages/WallPage.vue')) },
        {
          path: 'settings',
          component: laterPage(() => import('./pages/SettingsPage.vue')),
          children: [
            { path: '', name: 'settings', redirect: { name: 'settings-account' } },
            { path: 'channels', name: 'settings-channels', component: page(() => import('./pages/SettingsChannels.vue')) },
            {
              path: 'channels/:channelId',
              name: 'settings-channel',
              component: page(() => import('./pages/SettingsChannel.vue')),
            },
            {
              path: 'channels/:channelId/look',
              name: 'settings-look',
              component: page(() => import('./pages/SettingsLook.vue')),
            },
            { path: 'operators', name: 'settings-operators', component: page(() => import('./pages/SettingsOperators.vue')) },
            { path: 'groups', name: 'settings-groups', component: page(() => import('./pages/SettingsGroups.vue')) },
            { path: 'routing', name: 'settings-routing', component: page(() => import('./pages/SettingsRouting.vue')) },
            { path: 'hours', name: 'settings-hours', component: page(() => import('./pages/SettingsHours.vue')) },
            { path: 'requests', name: 'settings-requests', component: page(() => import('./pages/SettingsRequests.vue')) },
            { path: 'tags', name: 'settings-tags', component: page(() => import('./pages/SettingsTags.vue')) },
            { path: 'fields', name: 'settings-fields', component: page(() => import('./pages/SettingsFields.vue')) },
            { path: 'templates', name: 'settings-templates', component: page(() => import('./pages/SettingsTemplates.vue')) },
            { path: 'library', name: 'settings-library', component: page(() => import('./pages/SettingsLibrary.vue')) },
            { path: 'invitations', name: 'settings-invitations', component: page(() => import('./pages/SettingsInvitations.vue')) },
            { path: 'closing', name: 'settings-closing', component: page(() => import('./pages/SettingsClosing.vue')) },
            { path: 'blocks', name: 'settings-blocks', component: page(() => import('./pages/SettingsBlocks.vue')) },
            { path: 'mail', name: 'settings-mail', component: page(() => import('./pages/SettingsMail.vue')) },
            { path: 'workspace', name: 'settings-workspace', component: page(() => import('./pages/SettingsWorkspace.vue')) },
            { path: 'profile', name: 'settings-profile', component: laterPage(() => import('./pages/SettingsProfile.vue')) },
            { path: 'account', name: 'settings-account', component: laterPage(() => import('./pages/SettingsAccount.vue')) },
          ],
        },
      ],
    },
    { path: '/:path(.*)*', name: 'not-found', component: page(() => import('./pages/NotFoundPage.vue')) },
  ],
})

/** A hub that was renewed has other files than this page knows: the address is opened anew, with those it has now. */
router.onError((error, to) => {
  const isMissing = error instanceof TypeError && /import|module|fetch/i.test(error.message)
  if (isMissing && router.currentRoute.value.matched.length > 0 && useConnection().status === 'live') location.assign(to.fullPath)
})
