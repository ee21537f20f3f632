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
        {
          path: 'settings',
          component: () => import('./pages/SettingsPage.vue'),
          children: [
            { path: '', name: 'settings', redirect: { name: 'settings-account' } },
            { path: 'channels', name: 'settings-channels', component: () => import('./pages/SettingsChannels.vue') },
            { path: 'operators', name: 'settings-operators', component: () => import('./pages/SettingsOperators.vue') },
            { path: 'groups', name: 'settings-groups', component: () => import('./pages/SettingsGroups.vue') },
            { path: 'workspace', name: 'settings-workspace', component: () => import('./pages/SettingsWorkspace.vue') },
            { path: 'account', name: 'settings-account', component: () => import('./pages/SettingsAccount.vue') },
          ],
        },
      ],
    },
    { path: '/:path(.*)*', name: 'not-found', component: () => import('./pages/NotFoundPage.vue') },
  ],
})
