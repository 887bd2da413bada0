/** The OAuth engine by the names that `oauth/` calls it. Here stands only what its types promise. */

import { type KoaContextWithOIDC, Provider } from 'oidc-provider'

export {
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
  errors,
  interactionPolicy,
  Provider,
} from 'oidc-provider'

/** A request that the engine is answering. */
export type EngineContext = KoaContextWithOIDC
export type EngineClient = InstanceType<Provider['Client']>
export type EngineGrant = InstanceType<Provider['Grant']>
/** An authorization request that waits for its user. */
export type Interaction = InstanceType<Provider['Interaction']>

/** The request that the engine is answering at the moment; undefined outside of any. */
export const currentContext = (): EngineContext | undefined => Provider.ctx

/** The name of the endpoint that the engine is answering: `token`, `introspection` and so on. */
export const currentRoute = (): string | undefined => currentContext()?.oidc?.route

/** The parameters of the request that the engine is answering; none outside of any. */
export const currentParameters = (): Readonly<Record<string, unknown>> => currentContext()?.oidc?.params ?? {}
