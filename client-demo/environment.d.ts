/** The theme as custom properties; made by vite.config.ts. */
declare module 'virtual:theme.css'
