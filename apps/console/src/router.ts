import { createRouter, createWebHistory } from 'vue-router'
import { withWords } from './later.ts'
import HomePage from './pages/HomePage.vue'
import InboxPage from './pages/InboxPage.vue'
import WorkspacePage from './pages/WorkspacePage.vue'

/** The desk is in the first load; what is seen now and then comes when it is asked for. */
export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', name: 'home', component: HomePage },
    { path: '/workspaces', name: 'workspaces', component: () => withWords(() => import('./pages/WorkspacesPage.vue')) },
    { path: '/sign-in', name: 'sign-in', component: () => withWords(() => import('./pages/SignInPage.vue')) },
    { path: '/w/:workspace/sign-in', name: 'workspace-sign-in', component: () => withWords(() => import('./pages/SignInPage.vue')) },
    { path: '/setup', name: 'setup', component: () => withWords(() => import('./pages/SetupPage.vue')) },
    { path: '/invite', name: 'invite', component: () => withWords(() => import('./pages/InvitePage.vue')) },
    {
      path: '/w/:workspace',
      component: WorkspacePage,
      children: [
        { path: '', name: 'workspace', redirect: { name: 'inbox' } },
        { path: 'inbox/:chatId?', name: 'inbox', component: InboxPage },
        { path: 'team', name: 'team', component: () => withWords(() => import('./pages/TeamPage.vue')) },
        { path: 'undelivered', name: 'undelivered', component: () => withWords(() => import('./pages/UndeliveredPage.vue')) },
        { path: 'customers/:customerId?', name: 'customers', component: () => withWords(() => import('./pages/CustomersPage.vue')) },
        { path: 'wall', name: 'wall', component: () => withWords(() => import('./pages/WallPage.vue')) },
        {
          path: 'settings',
          component: () => withWords(() => import('./pages/SettingsPage.vue')),
          children: [
            { path: '', name: 'settings', redirect: { name: 'settings-account' } },
            { path: 'channels', name: 'settings-channels', component: () => withWords(() => import('./pages/SettingsChannels.vue')) },
            {
              path: 'channels/:channelId',
              name: 'settings-channel',
              component: () => withWords(() => import('./pages/SettingsChannel.vue')),
            },
            { path: 'operators', name: 'settings-operators', component: () => withWords(() => import('./pages/SettingsOperators.vue')) },
            { path: 'groups', name: 'settings-groups', component: () => withWords(() => import('./pages/SettingsGroups.vue')) },
            { path: 'routing', name: 'settings-routing', component: () => withWords(() => import('./pages/SettingsRouting.vue')) },
            { path: 'tags', name: 'settings-tags', component: () => withWords(() => import('./pages/SettingsTags.vue')) },
            { path: 'fields', name: 'settings-fields', component: () => withWords(() => import('./pages/SettingsFields.vue')) },
            { path: 'templates', name: 'settings-templates', component: () => withWords(() => import('./pages/SettingsTemplates.vue')) },
            { path: 'library', name: 'settings-library', component: () => withWords(() => import('./pages/SettingsLibrary.vue')) },
            { path: 'closing', name: 'settings-closing', component: () => withWords(() => import('./pages/SettingsClosing.vue')) },
            { path: 'blocks', name: 'settings-blocks', component: () => withWords(() => import('./pages/SettingsBlocks.vue')) },
            { path: 'workspace', name: 'settings-workspace', component: () => withWords(() => import('./pages/SettingsWorkspace.vue')) },
            { path: 'profile', name: 'settings-profile', component: () => withWords(() => import('./pages/SettingsProfile.vue')) },
            { path: 'account', name: 'settings-account', component: () => withWords(() => import('./pages/SettingsAccount.vue')) },
          ],
        },
      ],
    },
    { path: '/:path(.*)*', name: 'not-found', component: () => withWords(() => import('./pages/NotFoundPage.vue')) },
  ],
})
