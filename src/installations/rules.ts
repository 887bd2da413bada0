import type { AppType, Prisma } from '../database/generated/client/client.ts'
import { type InForceColumns, isInForce, whereInForce } from '../tokens/approval.ts'

export type InstallationStanding = 'APP_AUTH_INSTALLED' | 'OBO_INSTALLED' | 'OBO_NOT_INSTALLED'

/** The one of three that the installations list shows. */
export function standing(
  installation: InForceColumns & { readonly app: { readonly type: AppType } },
  now: Date,
): InstallationStanding {
  if (installation.app.type === 'SERVICE') return 'APP_AUTH_INSTALLED'
  return isInForce(installation, now) ? 'OBO_INSTALLED' : 'OBO_NOT_INSTALLED'
}

/** The installations of that standing, as a filter. The inverse of {@link standing}. */
export const ofStanding = (standing: InstallationStanding, now: Date): Prisma.InstallationWhereInput =>
  standing === 'APP_AUTH_INSTALLED'
    ? { app: { type: 'SERVICE' } }
    : {
        app: { type: { not: 'SERVICE' } },
        ...(standing === 'OBO_INSTALLED' ? whereInForce(now) : { NOT: whereInForce(now) }),
      }
