import './ui/mantine.ts'
import './ui/styles.css'
import { MantineProvider } from '@mantine/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { SessionProvider } from './api/SessionProvider.tsx'
import { LanguageProvider } from './i18n/LanguageProvider.tsx'
import { router } from './routes.tsx'
import { keepFocus } from './ui/focus.ts'
import { theme } from './ui/theme.ts'

keepFocus()

createRoot(document.getElementById('console') as HTMLElement).render(
  <StrictMode>
    {/* Without the style elements that the Content-Security-Policy does not allow: see ui/mantine.ts. */}
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <LanguageProvider>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </LanguageProvider>
    </MantineProvider>
  </StrictMode>,
)
