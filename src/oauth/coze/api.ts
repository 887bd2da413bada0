import type { Context } from 'hono'
import type { Core } from '../../core.ts'
import type { Environment } from '../../http/environment.ts'
import { publicId } from '../../ids.ts'
import { intersection } from '../../scopes.ts'
import { isForGatehouse } from '../../tokens/audience.ts'
import { checkAccessToken } from '../../tokens/check.ts'
import type { Engine } from '../engine/engine.ts'
import { readClientId } from '../engine/ids.ts'
import { errors } from '../engine/oidc.ts'
import { verifyAssertion } from '../token/service-grants.ts'
import { ApiRefusal, answerApi, deactivated } from './answers.ts'
import { leewayOfSdks } from './assertions.ts'
import { readBearer } from './input.ts'

/**
 * Who the bearer of an access token acts for. Their name is told where the token is worth `profile`:
 * that is what the user agreed to.
 *
 * @throws {ApiRefusal}
 */
export async function me(core: Core, c: Context<Environment>): Promise<Response> {
  const standing = await checkAccessToken(core, bearerOf(c))
  // What is bound to a key is worth nothing without a proof of it.
  if (!standing || standing.keyThumbprint !== null || !isForGatehouse(core, standing))
    throw new ApiRefusal(4100, 'The access token is not accepted.')
  const { user, scopes } = standing
  if (!user) throw new ApiRefusal(4101, 'The token is that of an app, which acts for no user.')
  const name = scopes.includes('profile') ? user.name : ''
  return answerApi(c, { user_id: publicId('User', user.id), user_name: name, nick_name: name, avatar_url: '' })
}

/**
 * Which organizations authorized a service app, told to the app itself: the Bearer is a JWT that it
 * signed, which is used up by that.
 *
 * @throws {ApiRefusal}
 */
export async function authorizations(core: Core, { provider }: Engine, c: Context<Environment>): Promise<Response> {
  const clientId = c.req.param('appid') ?? ''
  const page = readNumber(c, 'page_num', { usual: 1, most: 1_000_000 })
  const size = readNumber(c, 'page_size', { usual: 20, most: core.config.limits.pageSize })
  await authenticate(core, provider, clientId, bearerOf(c))
  const appId = readClientId(clientId)
  const select = { status: true, scopes: true } as const
  const app = appId && (await core.prisma.app.findUnique({ where: { id: appId }, select }))
  if (!app) throw new ApiRefusal(4200, 'There is no such app.')
  if (app.status === 'DISABLED') throw new ApiRefusal(4101, deactivated(clientId))
  const grants = await core.prisma.grant.findMany({
    where: { appId, userId: null },
    select: { id: true, scopes: true, organization: { select: { id: true, name: true } } },
    orderBy: { id: 'asc' },
    skip: (page - 1) * size,
    take: size + 1,
  })
  return answerApi(c, {
    items: grants.slice(0, size).map(({ id, scopes, organization }) => ({
      id: publicId('Grant', id),
      account: { id: publicId('Organization', organization.id), name: organization.name },
      permission: { account_permission: { permission_list: intersection(scopes, app.scopes) } },
    })),
    has_more: grants.length > size,
  })
}

async function authenticate(core: Core, provider: Engine['provider'], clientId: string, jwt: string): Promise<void> {
  try {
    core.lastUse.noteCredential(await verifyAssertion(core, provider, clientId, jwt, leewayOfSdks(core.config)))
  } catch (error) {
    if (!(error instanceof errors.OIDCProviderError)) throw error
    throw new ApiRefusal(4100, error.error_detail ?? 'The JWT is not accepted.')
  }
}

function bearerOf(c: Context<Environment>): string {
  const bearer = readBearer(c)
  if (bearer === undefined) throw new ApiRefusal(4100, 'The Authorization header is missing: send Bearer and a token.')
  return bearer
}

function readNumber(c: Context<Environment>, name: string, { usual, most }: { usual: number; most: number }): number {
  const asked = c.req.query(name) || String(usual)
  const number = /^\d{1,9}$/.test(asked) ? Number(asked) : 0
  if (number < 1 || number > most) throw new ApiRefusal(4000, `${name} must be a number from 1 to ${most}.`)
  return number
}
