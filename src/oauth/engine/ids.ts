import { publicId, readPublicId } from '../../ids.ts'

/**
 * What the engine takes for the id of a grant: the grant and one family of it, because to the engine a
 * grant is what ends when a code or refresh token is used twice, and to us that is the family.
 */
export const engineGrantId = (grantId: string, familyId: string): string => `${grantId}.${familyId}`

/** The reverse of {@link engineGrantId}; undefined for anything else. */
export function readEngineGrantId(id: string): { readonly grantId: string; readonly familyId: string } | undefined {
  const [grantId, familyId, ...rest] = id.split('.')
  return grantId && familyId && rest.length === 0 ? { grantId, familyId } : undefined
}

/** The account id of the engine, and the `sub` of tokens: the user's public id. */
export const accountId = (userId: string): string => publicId('User', userId)
export const clientId = (appId: string): string => publicId('App', appId)

const read = (type: 'User' | 'App' | 'Organization', text: string | undefined): string | undefined => {
  const found = text === undefined ? undefined : readPublicId(text)
  return found?.type === type ? found.id : undefined
}
export const readAccountId = (text: string | undefined): string | undefined => read('User', text)
export const readClientId = (text: string | undefined): string | undefined => read('App', text)
export const readOrganizationId = (text: string | undefined): string | undefined => read('Organization', text)

/** Seconds since the epoch, as OAuth counts. */
export const epoch = (date: Date): number => Math.floor(date.getTime() / 1000)
export const fromEpoch = (seconds: number): Date => new Date(seconds * 1000)
