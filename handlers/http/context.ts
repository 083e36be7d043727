import type { Logger } from "../ports/logger.ts";

/** What a machine client may be let into; a key holds one or more of them. */
export type Scope = "chat" | "tasks" | "search";

/** What somebody showed to be let in. */
export type Credential =
  | { readonly kind: "session"; readonly sessionId: string }
  | { readonly kind: "key"; readonly keyId: string; readonly scopes: readonly Scope[] };

/** Who is asking, as far as the token says and the session or key still stands. */
export type Identity =
  | { readonly kind: "anonymous" }
  | { readonly kind: "admin" }
  | {
      readonly kind: "guest" | "user";
      readonly userId: string;
      readonly credential: Credential;
    };

/** What a runtime knows about a request that the request itself does not say. */
export interface Platform {
  /** The peer's address, before any proxy header is believed. */
  readonly clientAddress?: string | undefined;
  /** Keeps the process or isolate alive until the promise settles. */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

export interface Context {
  readonly request: Request;
  readonly requestId: string;
  readonly identity: Identity;
  readonly clientAddress: string;
  readonly waitUntil: (promise: Promise<unknown>) => void;
  readonly logger: Logger;
}
