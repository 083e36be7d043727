import type { Logger } from "../ports/logger.ts";
import type { TraceSpan } from "../ports/tracer.ts";
import type { Admission } from "./access/admission.ts";
import type {
  AnonymousCaller,
  Caller,
  Identity,
  Operator,
  SessionCheck,
} from "./access/identity.ts";
import type { Limit, LimitClass } from "./rate-limits/limits.ts";

/** What the runtime knows about a request beyond the Request itself. */
export interface Platform {
  /** The address of the connection's other end, which may be a proxy. */
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
  /** The request's; undefined where it is not traced. */
  readonly span: TraceSpan | undefined;
}

/**
 * `public`: anyone, and tokens are ignored. `anyone`: a token is not needed, but one that is sent
 * must be valid. `guest`: any valid token, or none while chat is open to the public. `token`: any valid
 * token, a guest's too. `user`: a signed-in user. `admin`: the operator's key. Whether a
 * row is the caller's is checked by the handler's own statement.
 */
export type Access = "public" | "anyone" | "guest" | "token" | "user" | "admin";

/** The type of `caller` for each access. */
interface CallerByAccess {
  readonly public: unknown;
  readonly anyone: { readonly caller: AnonymousCaller | Caller };
  readonly guest: { readonly caller: Identity };
  readonly token: { readonly caller: Caller };
  readonly user: { readonly caller: Caller<"user"> };
  readonly admin: { readonly caller: Operator };
}

/** The context fields for the checks that a route leaves to its statement. */
interface LeftChecks<A extends Access> {
  readonly none: unknown;
  /** The caller's admission; undefined on routes that need no token. */
  readonly session: { readonly admission: A extends "token" | "user" ? Admission : undefined };
  readonly count: {
    /**
     * The caller's admission, counted by these limits; for a caller without a token that of a new guest, who is
     * counted by the limit of new guests too.
     *
     * @throws Problem 503 `settings_missing` for a new guest while no signing secret is configured
     */
    readonly admit: (limits: readonly Limit[]) => Promise<Admission>;
  };
  readonly "further-count": LeftChecks<A>["count"];
}

/**
 * The check that a route leaves to its statement; one that counts also checks the session. `further-count`: none, but
 * the handler may count more.
 */
export type LeftCheck<
  Session extends SessionCheck,
  Class extends LimitClass,
> = Class extends "by-statement"
  ? "count"
  : Class extends "read-and-by-statement"
    ? "further-count"
    : Session extends "by-statement"
      ? "session"
      : "none";

/** The context of a handler, typed by its route's access and checks. */
export type RouteContext<
  A extends Access,
  Session extends SessionCheck,
  Class extends LimitClass,
> = Context & CallerByAccess[A] & LeftChecks<A>[LeftCheck<Session, Class>];

/** The context as the router makes it for any route; `defineRoute` narrows it. */
export type AnyContext = Context & { readonly caller: Identity } & Partial<
    LeftChecks<"user">["session"] & LeftChecks<"user">["count"]
  >;
