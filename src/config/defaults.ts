const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** All durations of the product, in milliseconds, with their defaults. */
export const durations = {
  /** A browser session ends after so long without a request … */
  sessionIdle: 12 * hour,
  /** … and in any case after so long. */
  sessionLifetime: 7 * day,
  /** The JWT that `signIn` returns. */
  signInToken: 15 * minute,
  /** How long a denial stands where the admin names no other time. */
  denial: 30 * day,
  /** How long an invitation can be accepted. */
  invitation: 7 * day,
  /** The longest silence on a filtered subscription before it gets a checkpoint cursor. */
  checkpoint: 25 * second,
  /** How often the rights behind open subscriptions are looked at where no event does it sooner. */
  rightsCheck: 400,
  /** A reader that does not take a delivery for so long is sent away. */
  slowReader: 15 * second,
  /** Failed sign-ins are counted over so long. */
  signInWindow: 15 * minute,
  /** Invitations are counted over so long. */
  invitationWindow: day,
  /** How long a mail server may take for a mail: the user who caused it waits for the answer. */
  mailTimeout: 10 * second,
  /** How long somebody may take to sign in at an external issuer and come back. */
  externalSignIn: 10 * minute,
  /** What an external issuer says of itself, and its keys, are read anew after so long. */
  issuerRefresh: 10 * minute,
  /** For so long an issuer that failed is not asked again, and keys just read are not because of an unknown one. */
  issuerCooldown: 30 * second,
  /** How long an answer of an external issuer is waited for. */
  issuerTimeout: 5 * second,
  /** How far an issuer's clock may be off. */
  issuerClockTolerance: 30 * second,
  /** An authorization code can be redeemed for so long. */
  authorizationCode: minute,
  /** A device code is good for so long … */
  deviceCode: 30 * minute,
  /** … and its device has to wait so long between two polls. */
  devicePolling: 5 * second,
  /** Access tokens that act for a user. */
  accessToken: hour,
  /** Access tokens of service apps, which may ask for another time … */
  serviceAccessToken: 15 * minute,
  /** … but not for more than this. */
  serviceAccessTokenLongest: day,
  idToken: hour,
  /** How long ago people may have signed in to change how they sign in. */
  freshSignIn: 10 * minute,
  /** A signing key that was retired verifies ID tokens that name a user as a hint for so long, and nothing else. */
  hintKey: 400 * day,
  refreshToken: 30 * day,
  /** For so long a refresh token may be presented once more, because its answer got lost. */
  refreshGrace: 10 * second,
  /** How long an authorization waits for its user, and for an admin. */
  parkedAuthorization: day,
  /** How long it waits while nobody has signed in to it: until then, anybody can make any number of them. */
  unsignedAuthorization: hour,
  /** For so long one that was answered is remembered, so that its page can say so. */
  answeredAuthorization: hour,
  pushedRequest: minute,
  /** How old an assertion may be, and how long it may be good for (RFC 7523 section 3). */
  assertion: hour,
  /** Refused requests to the token endpoint are counted over so long. */
  tokenRequestWindow: minute,
  /** Authorizations that an address begins are counted over so long. */
  authorizationWindow: 15 * minute,
  /**
   * A connection without a request stays open for so long. It must be longer than a proxy keeps its idle
   * connections (nginx 60 s, Traefik 90 s, Caddy 120 s), or the proxy sends a request into a closed one.
   */
  idleConnection: 125 * second,
  /** A request, its headers and its body, must have arrived within so long. */
  request: 150 * second,
  /** A client must take an answer within so long; of a stream, each piece. */
  answer: minute,
  /** How long a request waits for its turn at the database … */
  databaseWait: 10 * second,
  /** … and a token check, a health check, or a look at the rights behind subscriptions. */
  reservedWait: 3 * second,
  /** On PostgreSQL: how long one statement may run, its waiting for locks included … */
  statement: 10 * second,
  /** … and wait for one lock. */
  lock: 8 * second,
  /** How long a transaction may take. */
  transaction: 15 * second,
  /** New GraphQL documents of clients that are signed out are counted over so long. */
  signedOutDocumentWindow: minute,
  /** How often what has ended by itself is removed … */
  sweep: hour,
  /** … and what must not stay for long: what makes later tokens known within a minute of its time, with a half of that to spare. */
  frequentSweep: 30 * second,
  /** From the signal to stop until the process ends by force. */
  shutdown: 10 * second,
}

/** All limits of the product. The key is the name that a QUOTA_REACHED error carries. */
export const limits = {
  appsPerPersonalOrganization: 10,
  appsPerOrganization: 100,
  organizationsPerUser: 10,
  redirectUrisPerApp: 30,
  postLogoutRedirectUrisPerApp: 30,
  secretsPerApp: 20,
  keysPerApp: 20,
  /** Failed sign-ins per `durations.signInWindow`. */
  failedSignInsPerAccount: 10,
  failedSignInsPerAddress: 50,
  /** User codes that are not ours, per `durations.signInWindow`. */
  failedUserCodesPerAddress: 20,
  /**
   * Wrong secrets, codes and tokens at the token endpoint and its neighbours, from one address for one
   * client, per `durations.tokenRequestWindow`.
   */
  refusedTokenRequestsPerAddress: 100,
  /** Failed authentications there, and wrong Bearers, from one address for whatever client. */
  failedClientsPerAddress: 1_000,
  /**
   * Authorizations, pushed requests and device codes that an address begins per `durations.authorizationWindow`
   * and for which nobody has signed in yet.
   */
  authorizationsPerAddress: 300,
  /**
   * Authorizations of a user that are kept: so many that their browser was sent to, and as many in which they
   * pressed a button. A further one takes the place of the oldest of its kind.
   */
  authorizationsPerUser: 100,
  /** Pushed requests of an app that are kept. A further one takes the place of the oldest. */
  pushedRequestsPerApp: 10_000,
  /** Device codes of an app that nobody has confirmed. A further one takes the place of the oldest. */
  deviceCodesPerApp: 10_000,
  /** Authorizations and pushed requests for which nobody has signed in yet, of all addresses together. */
  strangersRecords: 100_000,
  /** Invitations that one user may make per `durations.invitationWindow`. */
  invitationsPerUser: 100,
  /** Events that are read at once, for a replay as for live delivery. */
  feedPage: 100,
  /** Items a page of a connection may ask for. */
  pageSize: 100,
  /** Buckets that statistics may be asked for at once. */
  statisticsBuckets: 1_000,
  queryDepth: 15,
  queryComplexity: 20_000,
  queryAliases: 30,
  queryTokens: 5_000,
  /** Comparisons of fields and fragments, by which it is found out whether they can be merged. */
  queryComparisons: 20_000,
  /** GraphQL documents of clients that are signed out, other than those accepted lately, per `durations.signedOutDocumentWindow`. */
  signedOutDocumentsPerAddress: 300,
  /**
   * Statements and transactions of this node that may wait for their turn at the database; token checks,
   * health checks and looks at rights wait apart, as many of each.
   */
  databaseQueue: 1_000,
  /** Mutations of one user, or app, that a node works at at the same time, so that nobody fills the database's connections … */
  mutationsPerUser: 4,
  /** … and that wait for their turn, for `durations.databaseWait` at most. */
  waitingMutationsPerUser: 40,
  bodyBytes: 1_048_576,
  /** Of a form, for which `bodyBytes` does not count. The OAuth engine reads no more. */
  formBytes: 57_344,
  /** Of a query string, and of a form. */
  parameters: 100,
  /** Entries of a list, and members of an object, in what a GraphQL request brings. */
  inputEntries: 1_000,
  /** Characters of a text there. */
  inputText: 20_000,
  /** Of all answers to a request together, and of each delivery of a subscription. */
  answerBytes: 8_388_608,
  batchedOperations: 10,
  /** Connections that a node holds at a time; further ones are closed as they come. */
  connections: 20_000,
  /** Requests of one connection that are answered at a time. Only a client that pipelines sends more than one. */
  pipelinedRequests: 8,
  /** Bytes that a node holds for clients which do not take them; above it the largest answers are cut off. */
  untakenBytes: 268_435_456,
}

/** Cost of argon2id, as OWASP recommends: memory in KiB, passes, threads. */
export const passwordHashing = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Schemes of programs in wide use, which are no domain names in reverse. */
export const defaultPrivateUseSchemes = ['cursor', 'vscode', 'vscode-insiders', 'claude']

/** The fewest connections to PostgreSQL: one for each reservation, and one for everything else. */
export const SMALLEST_POOL = 4
export const DEFAULT_POOL = 10
