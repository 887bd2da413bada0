import { createBrowserRouter } from 'react-router'
import { NotFound } from './frame/NotFound.tsx'
import { Home, OrganizationHome, OrganizationPages, Root } from './frame/Root.tsx'
import { loadMyApps, loadNewOrganization, MY_APPS, NEW_ORGANIZATION, screens } from './frame/screens.ts'
import { BrokenPage } from './ui/BrokenPage.tsx'
import { Waiting } from './ui/Waiting.tsx'

/** Which page stands at which address. A page that fails leaves the frame around it as it is. */
export const router = createBrowserRouter(
  [
    {
      Component: Root,
      ErrorBoundary: BrokenPage,
      HydrateFallback: Waiting,
      children: [
        {
          ErrorBoundary: BrokenPage,
          children: [
            { index: true, Component: Home },
            { path: MY_APPS, lazy: loadMyApps },
            { path: NEW_ORGANIZATION, lazy: loadNewOrganization },
            {
              path: ':organizationId',
              Component: OrganizationPages,
              children: [
                { index: true, Component: OrganizationHome },
                ...screens.map(({ path, load }) => ({ path, lazy: load, ErrorBoundary: BrokenPage })),
                { path: 'apps/new', lazy: () => import('./apps/NewAppPage.tsx'), ErrorBoundary: BrokenPage },
                { path: 'apps/:appId', lazy: () => import('./apps/AppPage.tsx'), ErrorBoundary: BrokenPage },
              ],
            },
            { path: '*', Component: NotFound },
          ],
        },
      ],
    },
  ],
  { basename: '/console' },
)
