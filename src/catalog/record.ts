/** The specifications that the catalogue is made of. */
export const SERVICES = ['management', 'mfa', 'authorize', 'credentials', 'risk', 'verify'] as const
export type Service = (typeof SERVICES)[number]

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

/**
 * What calling it means. `sensitive` answers with a secret (a client secret, a key, a password), whatever the method;
 * `destructive` takes something away that somebody may miss.
 */
export const EFFECTS = ['read', 'change', 'destructive', 'sensitive'] as const
export type Effect = (typeof EFFECTS)[number]

export type JsonSchema = Readonly<Record<string, unknown>>

export interface EndpointParameter {
  name: string
  required?: true
  /** JSON Schema type, enum, format and limits. */
  schema: JsonSchema
}

/** One operation as facts: one way to call PingOne. Texts are our own words. */
export interface EndpointRecord {
  /** Stable and readable: `management.users.list`, `mfa.devices.activate`. */
  id: string
  service: Service
  method: Method
  /** As in the OpenAPI, without `/v1`: `/environments/{environmentID}/users/{userID}`. */
  path: string
  /** The media type to send, where there is one; where several actions share a method and a path, it tells them apart. */
  contentType?: string
  operationId?: string
  /** The specification's group: `Users`, `User MFA Devices`. */
  tag: string
  /** A short imperative: `Unlock a user's account`. */
  title: string
  /** Traps and what is not obvious, a sentence each. */
  notes: string[]
  effect: Effect
  /** The role that the worker application needs, where it is known. */
  role?: string
  deprecated?: true
  /** The record of the same method and path, in another specification or there typed, that a search shows instead. */
  sameAs?: string
  /** The dedicated tool that covers it. */
  tool?: string
  parameters: { path: EndpointParameter[]; query: EndpointParameter[] }
  /** What the body must be; absent where the operation takes none. An untyped body says at best which names are known. */
  body?: JsonSchema
  /** False where there is a body and the specification does not say what is in it. */
  typed: boolean
  /** A body that makes sense, where somebody wrote one. It is what the schema accepts. */
  example?: unknown
}

/** Definitions that bodies of one service refer to as `#/$defs/Name`. */
export type Definitions = Readonly<Record<string, JsonSchema>>

export interface ServiceCatalog {
  service: Service
  endpoints: EndpointRecord[]
  $defs: Definitions
}

/** The parameter that this program fills in: nobody reaches another environment. */
export const OWN_PARAMETER = 'environmentID'
