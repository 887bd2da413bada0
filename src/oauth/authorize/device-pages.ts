import { Hono } from 'hono'
import type { Core } from '../../core.ts'
import { TooManyAttempts } from '../../errors.ts'
import { addressOf } from '../../http/address.ts'
import type { Environment, HttpContext } from '../../http/environment.ts'
import { fieldsOf } from '../../http/form.ts'
import { FORM_TOKEN, formToken, isOwnForm } from '../../http/form-token.ts'
import { browserViewer } from '../../sign-in/pages.ts'
import type { Engine } from '../engine/engine.ts'
import { paths } from '../engine/paths.ts'
import { userCodeAttempts } from '../token/limits.ts'
import { cardOf, maySeeCard } from './card.ts'
import { findByUserCode, normalizeUserCode, park, refuseDevice } from './devices.ts'
import { deviceCodePage, deviceConfirmPage, deviceNotForYouPage, devicePage } from './pages/device.ts'

/** The page that a device sends its user to (RFC 8628 section 3.3): the code, and a confirmation that it is theirs. */
export function devicePages(core: Core, { provider }: Engine): Hono<Environment> {
  const routes = new Hono<Environment>()
  const attempt = userCodeAttempts(core)

  routes.get(paths.code_verification, async (c) => {
    const userCode = c.req.query('user_code')
    return userCode ? enter(c, userCode) : deviceCodePage(core, c)
  })

  routes.post(paths.code_verification, async (c) => {
    const form = fieldsOf(c)
    const userCode = form.user_code ?? ''
    if (!isOwnForm(core.config, c, form[FORM_TOKEN])) return deviceCodePage(core, c, { userCode, problem: 'stale' })
    return enter(c, userCode, form.action)
  })

  /** @throws {TooManyAttempts} */
  const find = (c: HttpContext, userCode: string) =>
    attempt(addressOf(c.env.incoming, core.config), async (wrong) => {
      const found = await findByUserCode(core, userCode)
      if ('problem' in found && found.problem === 'unknown') wrong()
      return found
    })

  async function enter(c: HttpContext, userCode: string, action?: string): Promise<Response> {
    const viewer = await browserViewer(core, c)
    const path = `${paths.code_verification}?${new URLSearchParams({ user_code: normalizeUserCode(userCode) })}`
    if (!viewer) return c.redirect(`/sign-in?${new URLSearchParams({ return_to: path })}`, 303)

    const found = await find(c, userCode).catch((error: unknown) => {
      if (error instanceof TooManyAttempts) return error
      throw error
    })
    if (found instanceof TooManyAttempts) {
      c.header('retry-after', String(found.retryAfterSeconds))
      const minutes = Math.ceil(found.retryAfterSeconds / 60)
      return deviceCodePage(core, c, { userCode, problem: 'too-many', minutes })
    }
    if ('problem' in found) {
      return deviceCodePage(core, c, { userCode, problem: found.problem })
    }
    const app = await core.prisma.app.findUniqueOrThrow({
      where: { id: found.row.appId },
      include: { organization: { select: { name: true } } },
    })
    if (!maySeeCard(app, viewer)) return deviceNotForYouPage(core, c)
    if (action === 'confirm') {
      const uid = await park(core, provider, found, {
        formToken: formToken(core.config, c),
        userId: viewer.userId,
      })
      return c.redirect(`/oauth/interaction/${uid}`, 303)
    }
    if (action === 'refuse') return devicePage(core, c, await refuseDevice(core, found.row.hash))
    return deviceConfirmPage(core, c, { app: await cardOf(core, app, viewer), device: found.device, viewer })
  }
  return routes
}
