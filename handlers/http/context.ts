import type { Logger } from "../ports/logger.ts";

/** Who is asking, as far as the token says and the session still stands. */
export type Identity =
  | { readonly kind: "anonymous" }
  | { readonly kind: "admin" }
  | { readonly kind: "guest" | "user"; readonly userId: string; readonly sessionId: string };

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
