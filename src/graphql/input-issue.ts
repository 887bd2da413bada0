import type { InputIssue, IssueCode } from '../errors.ts'
import { builder } from './builder.ts'

/** What each code means. Of a further one, TypeScript asks for it here, and a test for the console's words. */
const issueCodes: Readonly<Record<IssueCode, string>> = {
  REQUIRED: 'There is nothing where something must be, or nothing that can be seen.',
  TOO_SHORT: 'The text has fewer than `limit` characters.',
  TOO_LONG: 'The text has more than `limit` characters.',
  TOO_FEW: 'The list has fewer than `limit` entries.',
  TOO_MANY: 'There are more than `limit`: entries of a list, or what it would make.',
  OUT_OF_RANGE: 'The number is below 1 or above `limit`.',
  TOO_EARLY: 'The time is not later than it has to be: than now, or than the time where the period begins.',
  BAD_CHARACTERS: 'The text has characters that cannot be kept or shown.',
  DUPLICATE: 'It is there already: before it in the list (`value`), or on the app.',
  UNCHANGED: 'The new password is the current one.',
  NOT_OFFERED: 'It is not among what can be chosen here; of a list of scopes, `value` is not.',
  NOT_APPLICABLE: 'Apps of this type have no such thing.',
  UNKNOWN_SCOPE: 'The scope `value` is not in the catalogue.',
  WRONG_CONFIRMATION: 'It is not the name of what is to be deleted.',
  NOT_AN_EMAIL_ADDRESS: 'It is not an e-mail address.',
  NOT_AN_HTTPS_URL: 'It is not a URL that begins with https://.',
  NOT_AN_ABSOLUTE_URI: 'It is not a URI that begins with a scheme.',
  NOT_ESCAPED: 'The URI has characters that a URI must escape.',
  HAS_FRAGMENT: 'The URI has a `#`.',
  HAS_WILDCARD: 'The URI has a `*`; redirect URIs are compared exactly.',
  HAS_USER_INFO: 'The URI has a user name or password in it.',
  SCHEME_NOT_ALLOWED: 'The URI is neither https nor http on loopback.',
  HTTPS_ON_LOOPBACK:
    'The URI is https on `localhost`, or of a PUBLIC app on an address of loopback: there it must be http.',
  SCHEME_WITHOUT_DOT:
    'The URI is neither https, nor http on loopback, nor of a private-use scheme, which has a dot or is in the configuration.',
  NOT_A_PUBLIC_KEY: 'It cannot be read as a public key, as a JWK or as PEM.',
  PRIVATE_KEY: 'It is a private key: it has been seen, and wants replacing.',
  UNSUPPORTED_KEY: 'It is a public key, but not RSA, P-256 or Ed25519.',
  KEY_TOO_SHORT: 'It is an RSA key of fewer than `limit` bits.',
  KEY_TOO_LONG: 'It is an RSA key of more than `limit` bits.',
  WEAK_KEY: 'Others could sign with it: it was made badly, and wants replacing wherever it is used.',
  KEY_FOR_OTHER_USE: 'The JWK says of itself that it is for another algorithm or use than to check signatures here.',
  WRONG_ID: 'It is not an id, or one of an object of another type.',
  NOT_A_CURSOR: 'It is not a cursor of this list.',
  CONFLICTING_ARGUMENTS: 'It does not go with another argument that is given, too.',
}

const IssueCodeType = builder.enumType('InputIssueCode', {
  description: 'What is wrong with a value of an input. A newer server may know more codes.',
  values: Object.fromEntries(
    Object.entries(issueCodes).map(([code, description]) => [code, { description }]),
  ) as Record<IssueCode, { description: string }>,
})

export const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Field names and list indices from the input object down to the wrong value.',
    }),
    code: t.expose('code', { type: IssueCodeType, description: 'Stable: what programs decide by.' }),
    message: t.exposeString('message', { description: 'What is wrong with the value, in English.' }),
    limit: t.exposeInt('limit', {
      nullable: true,
      description: 'The number that was not kept to, where the code names a `limit`.',
    }),
    value: t.exposeString('value', {
      nullable: true,
      description: 'The value itself, where the code names a `value` and it is one of a list.',
    }),
  }),
})
