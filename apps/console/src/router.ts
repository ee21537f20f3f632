import { createRouter, createWebHistory } from 'vue-router'
import HomePage from './pages/HomePage.vue'
import InboxPage from './pages/InboxPage.vue'
import WorkspacePage from './pages/WorkspacePage.vue'

/** The desk is in the first load; what is seen now and then comes when it is asked for. */
export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', name: 'home', component: HomePage },
    { path: '/workspaces', name: 'workspaces', component: () => import('./pages/WorkspacesPage.vue') },
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignInPage.vue') },
    { path: '/w/:workspace/sign-in', name: 'workspace-sign-in', component: () => import('./pages/SignInPage.vue') },
    { path: '/setup', name: 'setup', component: () => import('./pages/SetupPage.vue') },
    { path: '/invite', name: 'invite', component: () => import('./pages/InvitePage.vue') },
    {
      path: '/w/:workspace',
      component: WorkspacePage,
      children: [
        { path: '', name: 'workspace', redirect: { name: 'inbox' } },
        { path: 'inbox/:chatId?', name: 'inbox', component: InboxPage },
        { path: 'team', name: 'team', component: () => import('./pages/TeamPage.vue') },
        { path: 'undelivered', name: 'undelivered', component: () => import('./pages/UndeliveredPage.vue') },
        { path: 'customers/:customerId?', name: 'customers', component: () => import('./pages/CustomersPage.vue') },
        { path: 'wall', name: 'wall', component: () => import('./pages/WallPage.vue') },
        {
          path: 'settings',
          component: () => import('./pages/SettingsPage.vue'),
          children: [
            { path: '', name: 'settings', redirect: { name: 'settings-account' } },
            { path: 'channels', name: 'settings-channels', component: () => import('./pages/SettingsChannels.vue') },
            { path: 'channels/:channelId', name: 'settings-channel', component: () => import('./pages/SettingsChannel.vue') },
            { path: 'operators', name: 'settings-operators', component: () => import('./pages/SettingsOperators.vue') },
            { path: 'groups', name: 'settings-groups', component: () => import('./pages/SettingsGroups.vue') },
            { path: 'routing', name: 'settings-routing', component: () => import('./pages/SettingsRouting.vue') },
            { path: 'tags', name: 'settings-tags', component: () => import('./pages/SettingsTags.vue') },
            { path: 'fields', name: 'settings-fields', component: () => import('./pages/SettingsFields.vue') },
            { path: 'templates', name: 'settings-templates', component: () => import('./pages/SettingsTemplates.vue') },
            { path: 'library', name: 'settings-library', component: () => import('./pages/SettingsLibrary.vue') },
            { path: 'closing', name: 'settings-closing', component: () => import('./pages/SettingsClosing.vue') },
            { path: 'blocks', name: 'settings-blocks', component: () => import('./pages/SettingsBlocks.vue') },
            { path: 'workspace', name: 'settings-workspace', component: () => import('./pages/SettingsWorkspace.vue') },
            { path: 'profile', name: 'settings-profile', component: () => import('./pages/SettingsProfile.vue') },
            { path: 'account', name: 'settings-account', component: () => import('./pages/SettingsAccount.vue') },
          ],
        },
      ],
    },
    { path: '/:path(.*)*', name: 'not-found', component: () => import('./pages/NotFoundPage.vue') },
  ],
})
