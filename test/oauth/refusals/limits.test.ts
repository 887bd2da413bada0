import { expect, test } from 'vitest'
import { limits } from '../../../src/config.ts'
import { useScene } from './scene.ts'

const most = 5
const scene = useScene({
  config: { limits: { ...limits, refusedTokenRequestsPerAddress: most, failedUserCodesPerAddress: most } },
})

const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` })

test('an address that keeps being refused is told to wait; polls that wait for a user never count', async () => {
  const web = await scene.flows.app(scene.team, 'WEB')
  const device = await scene.flows.app(scene.team, 'DEVICE')
  const begun = await scene.flows.post('/oauth/device_authorization', { client_id: device.id })
  const poll = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: begun.body.device_code,
    client_id: device.id,
  }
  for (let count = 0; count < most * 2; count++) {
    const { status, body } = await scene.flows.post('/oauth/token', poll)
    expect([status, body.error]).toEqual([400, count === 0 ? 'authorization_pending' : 'slow_down'])
  }
  for (let count = 0; count < most; count++) {
    const { status } = await scene.flows.post('/oauth/token', { grant_type: 'x' }, basic(web.id, 'wrong'))
    expect(status).toBe(401)
  }
  for (const path of ['token', 'introspect', 'revoke', 'par', 'device_authorization']) {
    const { status, headers, body } = await scene.flows.post(`/oauth/${path}`, {}, basic(web.id, web.secret ?? ''))
    expect([path, status, body.error]).toEqual([path, 429, 'slow_down'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
})

test('user codes cannot be guessed: so many wrong ones per address, also all at once (RFC 8628 section 5.1)', async () => {
  const browser = await scene.flows.browser(scene.team.member)
  const at = await browser.follow('/oauth/device')
  const token = /name="form_token" value="([^"]*)"/.exec(at.page)?.[1] ?? ''
  const guess = async (_: unknown, index: number) => {
    const body = new URLSearchParams({
      form_token: token,
      user_code: `BBBB-${'BCDFGHJKLM'[index % 10]}${'BCDFGHJKLM'[(index / 10) | 0]}BB`,
    })
    const { response } = await browser.open('/oauth/device', { method: 'POST', body })
    return response.status
  }
  const answers = await Promise.all(Array.from({ length: 40 }, guess))
  expect(answers.filter((status) => status !== 429)).toHaveLength(most)
  const { response } = await browser.open('/oauth/device', {
    method: 'POST',
    body: new URLSearchParams({ form_token: token, user_code: 'BCDF-GHJK' }),
  })
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
})
