import type { Scope } from "../../contract/scope.ts";

/** How a caller authenticated. */
export type CallerCredential =
  | { readonly kind: "session"; readonly sessionId: string }
  | { readonly kind: "key"; readonly keyId: string; readonly scopes: readonly Scope[] };

/** The guest or user a bearer token stands for. */
export interface Caller<Kind extends "guest" | "user" = "guest" | "user"> {
  readonly kind: Kind;
  /** The `id` of their row in `users`. */
  readonly id: string;
  readonly credential: CallerCredential;
}

export interface AnonymousCaller {
  readonly kind: "anonymous";
}

/** The bearer of ADMIN_API_KEY. */
export interface Operator {
  readonly kind: "admin";
}

/** Who sent a request. */
export type Identity = AnonymousCaller | Operator | Caller;

/**
 * `by-guard`: the session is looked up before the handler runs. `by-statement`: the signature alone was
 * checked, and the handler's own statement must look the session up, which saves a round trip.
 */
export type SessionCheck = "by-guard" | "by-statement";

/** Whether a credential has this scope; a session has every scope. */
export function isScoped(credential: CallerCredential, scope: Scope): boolean {
  return credential.kind === "session" || credential.scopes.includes(scope);
}
