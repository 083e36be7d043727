/** What an API key may be let into. */
export const scopes = ["chat", "tasks", "search"] as const;

export type Scope = (typeof scopes)[number];

/** What somebody showed to be let in. */
export type Credential =
  | { readonly kind: "session"; readonly sessionId: string }
  | { readonly kind: "key"; readonly keyId: string; readonly scopes: readonly Scope[] };

/** Whoever a bearer token stands for. */
export interface Holder {
  readonly kind: "guest" | "user";
  readonly userId: string;
  readonly credential: Credential;
}

/** `stored`: asked of the database; `signed`: the handler's own statement asks. */
export type SessionCheck = "stored" | "signed";

/** Whether what was shown opens this: a session opens everything that is its owner's. */
export function isScoped(credential: Credential, scope: Scope): boolean {
  return credential.kind === "session" || credential.scopes.includes(scope);
}
