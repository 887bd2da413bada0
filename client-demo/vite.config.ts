import { fileURLToPath } from 'node:url'
import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { theme } from './ui/theme.ts'

/**
 * `virtual:theme.css`: the theme as custom properties. Mantine would put them into the page by a style
 * element, which the Content-Security-Policy does not allow.
 */
const themeStyles: Plugin = {
  name: 'theme-styles',
  resolveId: (id) => (id === 'virtual:theme.css' ? '\0virtual:theme.css' : undefined),
  load: (id) =>
    id === '\0virtual:theme.css'
      ? convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme)), ':root')
      : undefined,
}

const target = process.env.PUBLIC_URL ?? 'http://localhost:4000'
/** The server takes no cookie from pages of other origins, and Vite's is one. */
const server = { target, headers: { origin: target } }

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  plugins: [react(), themeStyles],
  build: {
    // Data URLs of scripts and fonts are not allowed by the policy, and those of images are few.
    assetsInlineLimit: 0,
    // It stands on both sides: what the console needs at all is not worth a polyfill.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // In kB, uncompressed: React, urql and Mantine are one chunk.
    chunkSizeWarningLimit: 750,
  },
  // For work on the console: `npx vite client-demo`, beside a server.
  server: { proxy: { '/graphql': { ...server, ws: true }, '/sign-in': server, '/sign-out': server } },
})
