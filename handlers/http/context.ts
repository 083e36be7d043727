import type { Logger } from "../ports/logger.ts";
import type { Admission } from "./access/admission.ts";
import type {
  AnonymousCaller,
  Caller,
  Identity,
  Operator,
  SessionCheck,
} from "./access/identity.ts";
import type { Limit, LimitClass } from "./rate-limits/limits.ts";

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
  readonly clientAddress: string;
  readonly waitUntil: (promise: Promise<unknown>) => void;
  readonly logger: Logger;
}

/**
 * `public`: anyone, and tokens are not looked at. `anyone`: a token is not needed, but one that is sent
 * must be good. `guest`: any valid token, or none while chat is open to the public. `token`: any valid
 * token, a guest's too. `user`: a signed-in user. `admin`: the operator's key. Whose row it is, the
 * handler's own statement decides.
 */
export type Access = "public" | "anyone" | "guest" | "token" | "user" | "admin";

/** Who calls, as far as a route of this access lets them in. */
interface CallerByAccess {
  readonly public: unknown;
  readonly anyone: { readonly caller: AnonymousCaller | Caller };
  readonly guest: { readonly caller: Identity };
  readonly token: { readonly caller: Caller };
  readonly user: { readonly caller: Caller<"user"> };
  readonly admin: { readonly caller: Operator };
}

/** What a handler is given for the checks that its route leaves to its statement. */
interface LeftChecks<A extends Access> {
  readonly none: unknown;
  /** The caller's; a route that lets callers in without a token cannot leave the session alone. */
  readonly session: { readonly admission: A extends "token" | "user" ? Admission : undefined };
  readonly count: {
    /**
     * The caller's admission, counted by this limit; a new guest's for a caller without a token.
     *
     * @throws Problem 503 `settings_missing` for a new guest while no signing secret is configured
     */
    readonly admit: (limit: Limit) => Promise<Admission>;
  };
}

/** What a route leaves to its statement. One that counts checks the session too. */
export type LeftCheck<
  Session extends SessionCheck,
  Class extends LimitClass,
> = Class extends "within" ? "count" : Session extends "signed" ? "session" : "none";

/** The context of a route's handler, by what the route says. */
export type RouteContext<
  A extends Access,
  Session extends SessionCheck,
  Class extends LimitClass,
> = Context & CallerByAccess[A] & LeftChecks<A>[LeftCheck<Session, Class>];

/** Every context as the router makes it; `defineRoute` shows a handler its own part. */
export type AnyContext = Context & { readonly caller: Identity } & Partial<
    LeftChecks<"user">["session"] & LeftChecks<"user">["count"]
  >;
