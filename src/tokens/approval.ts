import { type Edition, type Installation, Prisma } from '../database/generated/client/client.ts'

// An installation is in force where what it approves counts at the moment. The rule stands here three times, for a row,
// for SQL and for a filter; `test/tokens/approval.test.ts` holds them together. All are told the time, so that a rule
// about time changes nothing but this file.

/** The columns that {@link isInForce} looks at. */
export const inForceColumns = { state: true } as const satisfies Prisma.InstallationSelect

export type InForceColumns = Pick<Installation, keyof typeof inForceColumns>

export const isInForce = ({ state }: InForceColumns, _now: Date): boolean => state === 'INSTALLED'

/** The same as SQL, about the row `i`. */
export const inForce = (_now: Date): Prisma.Sql => Prisma.sql`i."state" = 'INSTALLED'`

/** The same as a filter. */
export const whereInForce = (_now: Date): Prisma.InstallationWhereInput => ({ state: 'INSTALLED' })

/** The scopes that an installation approves at `now`; none where there is no installation. */
export const approvedBy = (
  installation: (InForceColumns & Pick<Installation, 'approvedScopes'>) | null,
  now: Date,
): readonly string[] => (installation && isInForce(installation, now) ? installation.approvedScopes : [])

/**
 * What an organization approves of an app; null in a personal organization, which approves nothing and withholds nothing.
 *
 * @param approved see {@link approvedBy}.
 */
export const approvalIn = (edition: Edition, approved: readonly string[]): readonly string[] | null =>
  edition === 'PERSONAL' ? null : approved
