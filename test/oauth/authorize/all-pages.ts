import type { Core } from '../../../src/core.ts'
import { authorizationPage } from '../../../src/oauth/authorize/pages/authorization.ts'
import { deviceCodePage, deviceConfirmPage, devicePage } from '../../../src/oauth/authorize/pages/device.ts'
import { errorPage } from '../../../src/oauth/authorize/pages/error.ts'
import { type LogoutView, logoutPage } from '../../../src/oauth/authorize/pages/logout.ts'
import type { AppCard, AuthorizationView, Choice, Step } from '../../../src/oauth/authorize/pages/steps.ts'

const now = new Date('2026-11-22T12:00:00Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
export const core = { config: { publicUrl: 'http://localhost:4000' }, clock: { now: () => now } } as Core

export type Render = (c: Parameters<typeof authorizationPage>[1]) => Response | Promise<Response>

/** Everything that others chose, in one word, so that it can be made evil. */
export function world(word: string) {
  const name = (what: string) => `${what}${word}`
  const scope = (id: string, sensitive = false, isNew = false) => ({
    name: name(id),
    description: { en: name(`May ${id}`), zh: name(`可以 ${id}`) },
    sensitive,
    isNew,
  })
  const [read, write, send] = [scope('read'), scope('write', true, true), scope('send', true)] as const
  const harbor: Choice = { id: name('org_1'), name: name('Harbor'), edition: 'TEAM' }
  const meridian: Choice = { id: 'org_2', name: name('Meridian'), edition: 'ENTERPRISE' }
  const app: AppCard = {
    id: 'app_1',
    name: name('Fieldnotes'),
    description: name('About'),
    logoUrl: 'https://logos.example/f.png?a=1&b=2',
    homepageUrl: 'https://fieldnotes.example/about',
    type: 'WEB',
    publisher: name('Publisher'),
    readsLike: null,
  }
  const viewer = { name: name('Mei'), email: name('mei@example.com') }
  const device = { userCode: name('BCDF-GHJK'), address: name('203.0.113.9'), userAgent: name('TV'), askedAt: now }
  const base = { path: '/oauth/authorize/1', app, viewer, returnsTo: name('fieldnotes.example'), device: null }
  const view = (step: Step, more: Partial<AuthorizationView> = {}): AuthorizationView => ({ ...base, step, ...more })
  const ask = { at: 'ask', organization: harbor, scopes: [write], approved: [], mayInstall: false } as const
  const asked = { organization: harbor, scopes: [write], askedAt: minutesAgo(5), reason: name('Because') } as const
  const wait = { at: 'wait', ...asked, admins: [name('Sofia'), name('Adam')], approved: [] } as const
  const deniedUntil = new Date('2026-12-22T12:00:00Z')
  const denied = { at: 'denied', organization: harbor, reason: name('No'), deniedUntil, hasOthers: false } as const
  const consent = {
    at: 'consent',
    organization: harbor,
    scopes: [read, write],
    withheld: [send],
    choices: [harbor, meridian],
    isKnown: true,
  } as const
  const views = {
    organization: view({ at: 'organization', choices: [harbor, meridian] }),
    ask: view(ask),
    'ask, again': view({ ...ask, reason: name('Long'), hasOthers: true }, { problem: 'reason-too-long' }),
    'ask, in part': view({ ...ask, approved: [read] }),
    'ask, as an admin': view({ ...ask, mayInstall: true }),
    'ask, as an admin, in part': view({ ...ask, approved: [read], mayInstall: true }),
    wait: view(wait),
    'wait, in part': view({ ...wait, approved: [read], admins: [], reason: null, hasOthers: true }),
    denied: view(denied),
    'denied, with others': view({ ...denied, reason: null, hasOthers: true }),
    consent: view(consent),
    'consent, new': view({ ...consent, withheld: [], choices: [harbor], isKnown: false }, { problem: 'changed' }),
    'consent of a device': view(consent, { device, returnsTo: null }),
    disabled: view({ at: 'unavailable', why: 'disabled' }),
    'other account': view({ at: 'unavailable', why: 'other-account' }),
    'nothing left': view({ at: 'unavailable', why: 'nothing-left' }),
    'no organization': view({ at: 'unavailable', why: 'no-organization' }, { problem: 'stale' }),
  }
  return { views, app, viewer, device, name }
}

export type Name = keyof ReturnType<typeof world>['views']
export const names = Object.keys(world('').views) as Name[]
/** Every page that there is, with that word in whatever others chose. */
export function allPages(word: string): Readonly<Record<string, Render>> {
  const { views, app, viewer, device, name } = world(word)
  const problems = ['unknown', 'expired', 'used', 'too-many', 'stale'] as const
  const codes = ['invalid_request', 'invalid_redirect_uri', 'session_not_found', 'server_error', name('constructor')]
  const ofViews = names.map((key): [string, Render] => [key, (c) => authorizationPage(core, c, views[key])])
  const userCode = name('bcdf')
  const fills = problems.map((problem): [string, Render] => [
    `device code: ${problem}`,
    (c) => deviceCodePage(core, c, { userCode, problem, minutes: 3 }),
  ])
  const ends = (['done', 'refused', 'ended'] as const).map((kind): [string, Render] => [
    `device: ${kind}`,
    (c) => devicePage(core, c, kind),
  ])
  const errors = codes.map((code, index): [string, Render] => [
    `error ${index}`,
    (c) => errorPage(core, c, { code, description: name('Bad') }, 400),
  ])
  const path = '/oauth/end-session?state=1'
  const ours = { name: app.name, publisher: app.publisher }
  const target = `https://fieldnotes.example/out?${encodeURIComponent(word)}`
  const meant = { id: name('usr_1'), ...viewer, isMeant: true }
  const goodbyes: Readonly<Record<string, LogoutView>> = {
    plain: { path, app: undefined, target: undefined, viewer: { ...meant, email: null } },
    'for an app': { path, app: ours, target, viewer: meant },
    'for an app on the device': { path, app: ours, target: 'com.example.app:/out', viewer: meant },
    'of another account': {
      path,
      app: ours,
      target: undefined,
      viewer: { ...meant, isMeant: false },
      problem: 'changed',
    },
    'with an old form': { path, app: ours, target, viewer: meant, problem: 'stale' },
    'of nobody': { path, app: undefined, target: undefined, viewer: null },
    'of nobody, for an app': { path, app: ours, target, viewer: null },
  }
  const logouts = Object.entries(goodbyes).map(([key, view]): [string, Render] => [
    `sign out: ${key}`,
    (c) => logoutPage(core, c, view),
  ])
  return {
    ...Object.fromEntries([...ofViews, ...fills, ...ends, ...errors, ...logouts]),
    'device code': (c) => deviceCodePage(core, c),
    'device confirmation': (c) => deviceConfirmPage(core, c, { app, device, viewer }),
  }
}
