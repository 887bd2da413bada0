/**
 * What can go wrong that a client is meant to handle. Every class has a stable `code`; in GraphQL
 * each is an object type of the same name with `Error` behind it (see `graphql/errors.ts`). Any
 * other exception is a defect: masked, and logged with the request's id.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string

  override get name(): string {
    return this.constructor.name
  }
}

/** The thing does not exist, or the caller may not see that it does; no answer tells the two apart. */
export class NotFound extends DomainError {
  readonly code = 'NOT_FOUND'

  constructor(message = 'There is no such object, or you may not see it.') {
    super(message)
  }
}

/** They may see it, but not do this with it. */
export class Forbidden extends DomainError {
  readonly code = 'FORBIDDEN'

  constructor(message = 'Your role does not allow this.') {
    super(message)
  }
}

/** The request carries no credential, or none that is still good. */
export class Unauthenticated extends DomainError {
  readonly code = 'UNAUTHENTICATED'

  constructor(message = 'Sign in first: the request carries no valid credential.') {
    super(message)
  }
}

/**
 * The access token is good, but for nothing here. Over HTTP it is a 403 (RFC 6750 section 3.1), on a
 * WebSocket close code 4403.
 */
export class InsufficientScope extends DomainError {
  readonly code = 'INSUFFICIENT_SCOPE'

  constructor() {
    super('The API takes an access token with the scope gatehouse:read or gatehouse:manage.')
  }
}

/** The mistake that the client made with a value. `graphql/errors.ts` says what each code means. */
export type IssueCode =
  | 'REQUIRED'
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'TOO_FEW'
  | 'TOO_MANY'
  | 'OUT_OF_RANGE'
  | 'TOO_EARLY'
  | 'BAD_CHARACTERS'
  | 'DUPLICATE'
  | 'UNCHANGED'
  | 'NOT_OFFERED'
  | 'NOT_APPLICABLE'
  | 'UNKNOWN_SCOPE'
  | 'WRONG_CONFIRMATION'
  | 'NOT_AN_EMAIL_ADDRESS'
  | 'NOT_AN_HTTPS_URL'
  | 'NOT_AN_ABSOLUTE_URI'
  | 'NOT_ESCAPED'
  | 'HAS_FRAGMENT'
  | 'HAS_WILDCARD'
  | 'HAS_USER_INFO'
  | 'SCHEME_NOT_ALLOWED'
  | 'HTTPS_ON_LOOPBACK'
  | 'SCHEME_WITHOUT_DOT'
  | 'NOT_A_PUBLIC_KEY'
  | 'PRIVATE_KEY'
  | 'UNSUPPORTED_KEY'
  | 'KEY_TOO_SHORT'
  | 'KEY_TOO_LONG'
  | 'WEAK_KEY'
  | 'KEY_FOR_OTHER_USE'
  | 'WRONG_ID'
  | 'NOT_A_CURSOR'
  | 'CONFLICTING_ARGUMENTS'

/** Why a value is refused. */
export interface Fault {
  readonly code: IssueCode
  /** In English, for people. */
  readonly message: string
  /** The number that was not kept to. */
  readonly limit?: number
  /** The value itself, where a form may have no field of its own for it: one of a list of scopes. */
  readonly value?: string
}

export interface InputIssue extends Fault {
  /** Field names and list indices from the input object down, such as `['redirectUris', '0']`. */
  readonly path: readonly string[]
}

/** So many faults of an input are named: an answer must not be larger than what it refuses. */
const MOST_ISSUES = 50
/** So many characters of a value that is wrong are given back. */
const LONGEST_VALUE = 200

/** One or more fields of the input are wrong. All that are wrong are named at once. */
export class InvalidInput extends DomainError {
  readonly code = 'INVALID_INPUT'
  readonly issues: readonly InputIssue[]

  /** Of many issues, the first {@link MOST_ISSUES} are named. */
  constructor(issues: readonly InputIssue[]) {
    const named = issues.slice(0, MOST_ISSUES)
    const rest = issues.length - named.length
    const sentences = named.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    super([...sentences, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; '))
    this.issues = named.map((issue) =>
      issue.value === undefined ? issue : { ...issue, value: issue.value.slice(0, LONGEST_VALUE) },
    )
  }

  static at(path: string | readonly string[], fault: Fault): InvalidInput {
    return new InvalidInput([{ path: typeof path === 'string' ? [path] : path, ...fault }])
  }
}

/** A limit of the configuration is reached. */
export class QuotaReached extends DomainError {
  readonly code = 'QUOTA_REACHED'
  /** The name of the limit in the configuration. */
  readonly quota: string
  readonly limit: number

  constructor(quota: string, limit: number, what: string) {
    super(`The quota ${quota} is reached: at most ${limit} ${what}.`)
    this.quota = quota
    this.limit = limit
  }
}

/** Somebody else settled it first. */
export class AlreadyDecided extends DomainError {
  readonly code = 'ALREADY_DECIDED'
  readonly status: 'APPROVED' | 'DENIED' | 'WITHDRAWN'
  readonly decidedBy: string | null
  readonly decidedAt: Date | null

  constructor(status: AlreadyDecided['status'], decidedBy: string | null, decidedAt: Date | null) {
    super(`This request was already ${status.toLowerCase()}${decidedBy ? ` by ${decidedBy}` : ''}.`)
    this.status = status
    this.decidedBy = decidedBy
    this.decidedAt = decidedAt
  }
}

/** Something else is asked for than the admin saw when they decided: more, or nothing of what they approve. */
export class RequestsChanged extends DomainError {
  readonly code = 'REQUESTS_CHANGED'
  readonly scopes: readonly string[]

  constructor(scopes: readonly string[]) {
    super('Something else is asked for by now. Look at the scopes that are asked for, then decide about them.')
    this.scopes = scopes
  }
}

/** What an action touches, as its impact fields show it. */
export interface Impact {
  readonly organizations: number
  readonly users: number
  readonly grants: number
  readonly liveTokens: number
  readonly lastUsedAt: Date | null
  /** Changes with status, organizations, installations, users and grants; not with tokens or last use. */
  readonly version: string
}

/** The world is not the one whose impact was looked at. */
export class ImpactChanged extends DomainError {
  readonly code = 'IMPACT_CHANGED'
  readonly impact: Impact

  constructor(impact: Impact) {
    super(
      'What this action touches has changed since its impact was asked for. Look at the new impact, then repeat with its version.',
    )
    this.impact = impact
  }
}

/** Personal organizations have grants, but no installations. */
export class EditionHasNoInstallations extends DomainError {
  readonly code = 'EDITION_HAS_NO_INSTALLATIONS'

  constructor() {
    super('A personal organization has no installations: its user grants apps directly.')
  }
}

/** The app is disabled, or is no longer offered outside its publisher. */
export class AppDisabled extends DomainError {
  readonly code = 'APP_DISABLED'

  constructor(message = 'This app is disabled by its publisher.') {
    super(message)
  }
}

/** The operation is not for apps of this type. */
export class WrongAppType extends DomainError {
  readonly code = 'WRONG_APP_TYPE'
}

/** The app is not installed in the organization. */
export class NotInstalled extends DomainError {
  readonly code = 'NOT_INSTALLED'

  constructor() {
    super('This app is not installed in the organization.')
  }
}

/** Everything that was asked for is approved already; there is nothing to request. */
export class AlreadyInstalled extends DomainError {
  readonly code = 'ALREADY_INSTALLED'

  constructor() {
    super('The app is installed with all of these scopes already.')
  }
}

/** An admin said no to this, and the denial still stands. */
export class InstallDenied extends DomainError {
  readonly code = 'INSTALL_DENIED'
  readonly reason: string | null
  readonly deniedUntil: Date
  readonly scopes: readonly string[]

  constructor(denial: { reason: string | null; deniedUntil: Date; scopes: readonly string[] }) {
    super(`An admin denied this until ${denial.deniedUntil.toISOString()}${denial.reason ? `: ${denial.reason}` : '.'}`)
    this.reason = denial.reason
    this.deniedUntil = denial.deniedUntil
    this.scopes = denial.scopes
  }
}

/** An organization always keeps at least one super admin. */
export class LastSuperAdmin extends DomainError {
  readonly code = 'LAST_SUPER_ADMIN'

  constructor() {
    super('An organization keeps at least one super admin: promote somebody else first.')
  }
}

/** A personal organization belongs to its one user. */
export class EditionHasNoMembers extends DomainError {
  readonly code = 'EDITION_HAS_NO_MEMBERS'

  constructor() {
    super('A personal organization has no members but its user.')
  }
}

/** The invitation is expired, used, replaced, somebody else's, or was never made; which, is never said. */
export class InvitationInvalid extends DomainError {
  readonly code = 'INVITATION_INVALID'

  constructor() {
    super('This invitation is not valid for you, or not any more. Ask for a new one.')
  }
}

/** The user who accepts an invitation belongs to the organization already. */
export class AlreadyMember extends DomainError {
  readonly code = 'ALREADY_MEMBER'

  constructor() {
    super('You are a member of this organization already.')
  }
}

/** An account with this e-mail address exists. Only a user who gets the mail of that address learns this. */
export class EmailTaken extends DomainError {
  readonly code = 'EMAIL_TAKEN'

  constructor() {
    super('There is an account with this e-mail address: sign in with it.')
  }
}

/** Wrong e-mail address or password; which of the two is never said. */
export class InvalidCredentials extends DomainError {
  readonly code = 'INVALID_CREDENTIALS'

  constructor(message = 'The e-mail address or the password is wrong.') {
    super(message)
  }
}

/** The account has no password here: its user signs in elsewhere. */
export class NoLocalPassword extends DomainError {
  readonly code = 'NO_LOCAL_PASSWORD'

  constructor() {
    super('Your account has no password here: you sign in with another service, and change it there.')
  }
}

/** It takes a sign-in that is not long ago: a session alone may be in other hands by now. */
export class SignInTooOld extends DomainError {
  readonly code = 'SIGN_IN_TOO_OLD'
  /** In seconds. */
  readonly maxAgeSeconds: number

  constructor(maxAge: number) {
    super(`This takes a sign-in of the last ${Math.round(maxAge / 60_000)} minutes. Sign in once more, then try again.`)
    this.maxAgeSeconds = maxAge / 1000
  }
}

/** Without it the user could not sign in any more. */
export class LastWayToSignIn extends DomainError {
  readonly code = 'LAST_WAY_TO_SIGN_IN'

  constructor() {
    super('You could not sign in any more without it. Connect another identity first.')
  }
}

/** Too many failed attempts; they are allowed again by themselves. */
export class TooManyAttempts extends DomainError {
  readonly code = 'TOO_MANY_ATTEMPTS'
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super(`Too many attempts. Try again in ${retryAfterSeconds} seconds.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * An external OIDC issuer does not answer, or not with anything that can be used: whether the token is
 * good cannot be said for now. Over HTTP it is a 503, on a WebSocket close code 1013.
 */
export class IssuerUnavailable extends DomainError {
  readonly code = 'ISSUER_UNAVAILABLE'
  readonly retryAfterSeconds: number

  constructor(name: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(`${name} does not answer as it should, so its tokens cannot be checked. Try again in a moment.`)
    this.retryAfterSeconds = retryAfterSeconds
    if (options?.cause) this.cause = options.cause
  }
}

/** A feed cursor that cannot be resumed from. The message says what to do instead. */
export class CursorRefused extends DomainError {
  readonly code: 'CURSOR_MALFORMED' | 'CURSOR_TOO_OLD' | 'CURSOR_FROM_THE_FUTURE' | 'CURSOR_OF_ANOTHER_STREAM'

  constructor(code: CursorRefused['code'], message: string) {
    super(message)
    this.code = code
  }
}
