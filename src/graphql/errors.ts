import { GraphQLError } from 'graphql'
import * as errors from '../errors.ts'
import { builder } from './builder.ts'
import { InputIssueType } from './input-issue.ts'

type ErrorClass<E extends errors.DomainError> = abstract new (...args: never[]) => E

const ErrorInterface = builder.interfaceRef<errors.DomainError>('Error').implement({
  description: 'What a mutation may answer instead of its success. Nothing was changed.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable: what programs decide by.' }),
    message: t.exposeString('message', { description: 'What happened, in a sentence for people.' }),
  }),
})

/** The object type of the class, under the class's name with `Error` behind it. */
function errorType<E extends errors.DomainError>(errorClass: ErrorClass<E>, description: string) {
  return builder.objectType(errorClass as new () => E, {
    name: `${errorClass.name}Error`,
    description,
    // Pothos checks shape against interface only for concrete types, not for a type parameter.
    interfaces: [ErrorInterface] as never,
    isTypeOf: (value) => value instanceof errorClass,
  })
}

errorType(errors.NotFound, 'There is no such object, or the viewer may not see it; the two are never told apart.')
errorType(errors.Forbidden, 'The viewer may see this, but not do this with it.')
errorType(errors.Unauthenticated, 'The request carries no valid credential.')
errorType(errors.EditionHasNoInstallations, 'Personal organizations have no installations.')
errorType(errors.AppDisabled, 'The app is disabled, or not offered outside its publisher.')
errorType(errors.WrongAppType, 'The operation is not for apps of this type.')
errorType(errors.NotInstalled, 'The app is not installed in the organization.')
errorType(errors.AlreadyInstalled, 'Everything that was asked for is approved already.')
errorType(errors.LastSuperAdmin, 'The organization would be left without a super admin.')
errorType(errors.EditionHasNoMembers, 'A personal organization has no members but its user.')
errorType(errors.InvitationInvalid, "The invitation is expired, used, replaced, somebody else's, or was never made.")
errorType(errors.AlreadyMember, 'The viewer is a member of the organization already.')
errorType(errors.InvalidCredentials, 'The e-mail address or the password is wrong; which of the two is not said.')
errorType(errors.NoLocalPassword, 'The account has no password here: its user signs in elsewhere.')
errorType(errors.LastWayToSignIn, 'Without it the viewer could not sign in any more.')

const SignInTooOld = errorType(
  errors.SignInTooOld,
  'It takes a sign-in that is not long ago, and this session is older.',
)
builder.objectField(SignInTooOld, 'maxAgeSeconds', (t) =>
  t.exposeInt('maxAgeSeconds', { description: 'How long ago the sign-in may be at most.' }),
)

const InvalidInput = errorType(errors.InvalidInput, 'One or more fields of the input are wrong; all of them are named.')
builder.objectField(InvalidInput, 'issues', (t) =>
  t.field({ type: [InputIssueType], description: 'What is wrong, field by field.', resolve: (error) => error.issues }),
)

const QuotaReached = errorType(errors.QuotaReached, 'A limit of the configuration is reached.')
builder.objectFields(QuotaReached, (t) => ({
  quota: t.exposeString('quota', { description: 'The name of the limit.' }),
  limit: t.exposeInt('limit', { description: 'How many there may be.' }),
}))

const AlreadyDecided = errorType(errors.AlreadyDecided, 'Somebody else settled it first.')
builder.objectFields(AlreadyDecided, (t) => ({
  status: t.exposeString('status', { description: 'APPROVED, DENIED or WITHDRAWN.' }),
  decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'The name of who settled it.' }),
  decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When it was settled.' }),
}))

const RequestsChanged = errorType(errors.RequestsChanged, 'More is asked for than `offeredScopes` named.')
builder.objectFields(RequestsChanged, (t) => ({
  scopes: t.stringList({ description: 'The scopes that are asked for now.', resolve: (error) => [...error.scopes] }),
}))

const Impact = builder.objectRef<errors.Impact>('Impact').implement({
  description: 'What an action touches. Across organizations it is given only as numbers.',
  fields: (t) => ({
    organizations: t.exposeInt('organizations', { description: 'How many organizations are affected.' }),
    users: t.exposeInt('users', { description: 'How many users are affected.' }),
    grants: t.exposeInt('grants', { description: 'How many grants are affected.' }),
    liveTokens: t.exposeInt('liveTokens', { description: 'How many unexpired tokens stop working.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When one of the grants was last used.',
    }),
    version: t.exposeString('version', {
      description:
        'Pass it to the mutation to be refused where status, organizations, installations, users or grants have changed since.',
    }),
  }),
})

export { Impact as ImpactType }

const ImpactChanged = errorType(errors.ImpactChanged, 'What the action touches is no longer what its impact said.')
builder.objectField(ImpactChanged, 'impact', (t) =>
  t.field({ type: Impact, description: 'What the action would touch now.', resolve: (error) => error.impact }),
)

const InstallDenied = errorType(errors.InstallDenied, 'An admin denied this, and the denial still stands.')
builder.objectFields(InstallDenied, (t) => ({
  reason: t.exposeString('reason', { nullable: true, description: 'What the admin said.' }),
  deniedUntil: t.expose('deniedUntil', { type: 'DateTime', description: 'When it may be asked for again.' }),
  scopes: t.stringList({ description: 'The scopes that are denied.', resolve: (error) => [...error.scopes] }),
}))

const TooManyAttempts = errorType(errors.TooManyAttempts, 'Too many failed attempts; wait, then try again.')
builder.objectField(TooManyAttempts, 'retryAfterSeconds', (t) =>
  t.exposeInt('retryAfterSeconds', { description: 'After how many seconds to try again.' }),
)

/** A domain error as a plain GraphQL error, for where a field has no union to put it in. */
export function toGraphQLError(error: errors.DomainError): GraphQLError {
  const details = error instanceof errors.InvalidInput ? { issues: error.issues } : {}
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code, ...details } })
}
