/**
 * Which types an interface stands for, where a document says `... on Error`: graphcache cannot tell by
 * itself, and with the whole schema it would refuse what only a newer server knows.
 */
export const possibleTypes = {
  Error: [
    'AlreadyDecidedError',
    'AlreadyInstalledError',
    'AlreadyMemberError',
    'AppDisabledError',
    'EditionHasNoInstallationsError',
    'EditionHasNoMembersError',
    'ForbiddenError',
    'ImpactChangedError',
    'InstallDeniedError',
    'InvalidCredentialsError',
    'InvalidInputError',
    'InvitationInvalidError',
    'LastSuperAdminError',
    'LastWayToSignInError',
    'NoLocalPasswordError',
    'NotFoundError',
    'NotInstalledError',
    'QuotaReachedError',
    'RequestsChangedError',
    'SignInTooOldError',
    'TooManyAttemptsError',
    'UnauthenticatedError',
    'WrongAppTypeError',
  ],
}
