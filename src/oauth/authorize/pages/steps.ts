import type { AppType, Edition } from '../../../database/generated/client/enums.ts'

/** What the pages show of an app: its card. */
export interface AppCard {
  /** The public id, its client_id. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly logoUrl: string | null
  readonly homepageUrl: string | null
  readonly type: AppType
  readonly publisher: string
  /** The viewer's own organization that the publisher is not, and whose name reads the same; null where there is none. */
  readonly readsLike: string | null
}

/** An organization that somebody can use an app in; `id` is the public one. */
export interface Choice {
  readonly id: string
  readonly name: string
  readonly edition: Edition
}

/** A scope in words, in both languages. */
export interface ScopeInWords {
  readonly name: string
  readonly description: { readonly en: string; readonly zh: string }
  readonly sensitive: boolean
  /** Whether the user has not granted it to this app in this organization before. */
  readonly isNew: boolean
}

/**
 * What stands between an authorization request and its answer: its page shows the next step. A user who is
 * not signed in is sent to sign in first, and never sees a step.
 */
export type Step =
  /** Which organization the app is to be used in. There is at least one choice. */
  | { readonly at: 'organization'; readonly choices: readonly Choice[] }
  /**
   * The organization has not approved (all of) what the app wants, and nobody has been asked for it.
   * An admin may install there and then; others ask. `approved` is what it has approved already: with
   * at least one of those, one can also go on without the rest.
   */
  | {
      readonly at: 'ask'
      readonly organization: Choice
      readonly scopes: readonly ScopeInWords[]
      readonly approved: readonly ScopeInWords[]
      /** Whether the viewer is an admin here, and may install it. */
      readonly mayInstall: boolean
      /** The reason of a form that got something wrong, to be mended. */
      readonly reason?: string | undefined
      /** Whether other organizations can be chosen instead. */
      readonly hasOthers?: boolean | undefined
    }
  /** The viewer's own request waits for an admin. */
  | {
      readonly at: 'wait'
      readonly organization: Choice
      readonly scopes: readonly ScopeInWords[]
      readonly askedAt: Date
      readonly reason: string | null
      /** The names of those who can decide, at most five of them. */
      readonly admins: readonly string[]
      /** What is approved already: with at least one, one can go on without the rest. */
      readonly approved: readonly ScopeInWords[]
      /** Whether other organizations can be chosen instead. */
      readonly hasOthers?: boolean | undefined
    }
  /** An admin said no to all of it, and that still stands. */
  | {
      readonly at: 'denied'
      readonly organization: Choice
      readonly reason: string | null
      readonly deniedUntil: Date
      /** Whether other organizations can be chosen instead. */
      readonly hasOthers: boolean
    }
  /** The user's own consent. `withheld` are the scopes that the app asked for and the organization does not approve. */
  | {
      readonly at: 'consent'
      readonly organization: Choice
      readonly scopes: readonly ScopeInWords[]
      readonly withheld: readonly ScopeInWords[]
      /** The organizations that it can be used in, this one included. */
      readonly choices: readonly Choice[]
      /** Whether the user has granted something to this app here before. */
      readonly isKnown: boolean
    }
  /** Nothing that the user can do here helps. */
  | { readonly at: 'unavailable'; readonly why: Unavailable }

/**
 * The app is disabled, works in none of the viewer's organizations, means somebody else than the viewer, or
 * may no longer ask for anything that it did.
 */
export type Unavailable = 'disabled' | 'no-organization' | 'other-account' | 'nothing-left'

/** The page of one authorization request. */
export interface AuthorizationView {
  /** What the forms of the page post to; they carry the field `action` (see {@link Action}). */
  readonly path: string
  readonly app: AppCard
  readonly viewer: { readonly name: string; readonly email: string | null }
  readonly step: Step
  /** Where the app is to be answered: the host (or scheme) of its redirect URI; null for a device. */
  readonly returnsTo: string | null
  /** For a device: the code that it shows, and where it asked from. */
  readonly device: DeviceOrigin | null
  /** Something that the last form got wrong. */
  readonly problem?: 'stale' | 'reason-too-long' | 'reason-illegible' | 'changed' | undefined
}

export interface DeviceOrigin {
  /** As people read it: `BCDF-GHJK`. */
  readonly userCode: string
  readonly address: string | null
  readonly userAgent: string | null
  readonly askedAt: Date
}

/**
 * What the forms of an authorization page can ask for, in their field `action`:
 * `choose` (with `organization_id`), `other` (show the choice again), `ask` (with an optional `reason`), `install`,
 * `withdraw` (the pending request), `go-on` (with what is approved), `grant`, `refuse` (answer the app
 * `access_denied`), `switch` (sign out, and in as somebody else).
 *
 * `ask`, `install`, `go-on`, `withdraw` and `grant` also carry the `organization_id` that was on the page, and where
 * it listed what it is about, the `scope` (names, with spaces between): what differs by now was not agreed to. Where
 * the consent page offers several organizations, it is the one that is chosen there, which may not be the one shown.
 */
export const actions = ['choose', 'other', 'ask', 'install', 'withdraw', 'go-on', 'grant', 'refuse', 'switch'] as const
export type Action = (typeof actions)[number]
