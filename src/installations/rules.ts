import type { AppType, InstallationState } from '../database/generated/client/client.ts'

export type InstallationStanding = 'APP_AUTH_INSTALLED' | 'OBO_INSTALLED' | 'OBO_NOT_INSTALLED'

/** The one of three that the installations list shows. */
export function standing(type: AppType, state: InstallationState): InstallationStanding {
  if (type === 'SERVICE') return 'APP_AUTH_INSTALLED'
  return state === 'INSTALLED' ? 'OBO_INSTALLED' : 'OBO_NOT_INSTALLED'
}

/** The installations of that standing, as a filter. The inverse of {@link standing}. */
export const ofStanding = (standing: InstallationStanding) =>
  standing === 'APP_AUTH_INSTALLED'
    ? { app: { type: 'SERVICE' as const } }
    : {
        app: { type: { not: 'SERVICE' as const } },
        state: standing === 'OBO_INSTALLED' ? ('INSTALLED' as const) : ('PENDING' as const),
      }
