import { createBrowserRouter } from 'react-router'
import { NotFound } from './frame/NotFound.tsx'
import { Home, OrganizationHome, OrganizationPages, Root } from './frame/Root.tsx'
import { type Loaded, loadMyApps, loadNewOrganization, NEW_ORGANIZATION, screens } from './frame/screens.ts'
import { BrokenPage, NotLoaded } from './ui/BrokenPage.tsx'
import { Waiting } from './ui/Waiting.tsx'
import { MY_APPS } from './viewer/home.ts'

/** A page that cannot be had fails when it is shown: the router would show nothing at all. */
const page = (load: Loaded) => ({
  ErrorBoundary: BrokenPage,
  lazy: () =>
    load().catch(() => ({
      Component: () => {
        throw new NotLoaded()
      },
    })),
})

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
            { path: MY_APPS, ...page(loadMyApps) },
            { path: NEW_ORGANIZATION, ...page(loadNewOrganization) },
            {
              path: ':organizationId',
              Component: OrganizationPages,
              children: [
                { index: true, Component: OrganizationHome },
                ...screens.map(({ path, load }) => ({ path, ...page(load) })),
                { path: 'apps/new', ...page(() => import('./apps/NewAppPage.tsx')) },
                { path: 'apps/:appId', ...page(() => import('./apps/AppPage.tsx')) },
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
