import type { GenericSchema, InferOutput } from "valibot";
import type { UploadedFile } from "./multipart.ts";
import type { Context, Scope } from "./context.ts";
import type { Reply } from "./reply.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * `public`: anyone, and tokens are not looked at. `anyone`: a token is not needed, but one that is sent
 * must be good. `guest`: any valid token, or none while chat is open to the public. `holder`: any valid
 * token, a guest's too. `user`: a signed-in user. `admin`: the operator's key. Whose row it is, the
 * handler's own statement decides.
 */
export type Access = "public" | "anyone" | "guest" | "holder" | "user" | "admin";

/**
 * `stored`: the session is looked up before the handler runs. `signed`: the signature alone was
 * checked, and the handler's own statement must look the session up, which saves a round trip.
 */
export type SessionCheck = "stored" | "signed";

/** Which count a request is held against; each has a rate of its own. */
export type LimitClass = "chat" | "sign-in" | "register" | "guest" | "ingest" | "read" | "none";

/** `before`: ahead of the handler. `within`: by the handler's own statement, which saves a round trip. */
export type Counted = "before" | "within";

export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Those of a multipart body, where a route accepts one; `body` is then undefined. */
  readonly files: readonly UploadedFile[] | undefined;
}

/** One entry of the table of contents: it mounts the router, guards access and writes OpenAPI. */
export interface Route {
  readonly method: Method;
  /** With `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /** Which scope an API key needs to be let in; `account`: no key is, only a signed-in person. */
  readonly scope: Scope | "account";
  readonly limit: LimitClass;
  readonly counted: Counted;
  /** Whose account the body is about, in one spelling: what `sign-in` is counted by beside the address. */
  readonly account: ((body: unknown) => string) | undefined;
  readonly sessionCheck: SessionCheck;
  /** The setting to be mended before this can work: until then the answer is 503. */
  readonly closedBy: string | undefined;
  readonly params: GenericSchema | undefined;
  readonly query: GenericSchema | undefined;
  readonly body: GenericSchema | undefined;
  /** Whether the body may be left out, as if it were `{}`. */
  readonly emptyBody: "accepted" | "refused";
  /** Bytes; the settings' BODY_LIMIT_KB where a route does not say. */
  readonly bodyLimit: number | undefined;
  /** Whether `multipart/form-data` may come in place of the JSON body. */
  readonly files: "accepted" | "refused";
  /** Whether 200 can also be `text/event-stream`. */
  readonly streams: boolean;
  /** Schemas of the answers that carry JSON, by status. */
  readonly output: Readonly<Record<number, GenericSchema | undefined>>;
  /** When it is answered with which problem, by status, beside those that any route may answer with. */
  readonly problems: Readonly<Record<number, string>>;
  readonly handle: (
    input: RouteInput<unknown, unknown, unknown>,
    context: Context,
  ) => Promise<Reply> | Reply;
}

interface RouteDefinition<
  Params extends GenericSchema | undefined,
  Query extends GenericSchema | undefined,
  Body extends GenericSchema | undefined,
> {
  method: Method;
  path: string;
  summary: string;
  access: Access;
  /** `account` where a route does not say. */
  scope?: Scope | "account";
  /** `read` where a route does not say. */
  limit?: LimitClass;
  counted?: "within";
  account?: (body: Output<Body>) => string;
  sessionCheck?: SessionCheck;
  params?: Params;
  query?: Query;
  body?: Body;
  emptyBody?: "accepted";
  bodyLimit?: number;
  files?: "accepted";
  streams?: boolean;
  output: Readonly<Record<number, GenericSchema | undefined>>;
  problems?: Readonly<Record<number, string>>;
  handle: (
    input: RouteInput<Output<Params>, Output<Query>, Output<Body>>,
    context: Context,
  ) => Promise<Reply> | Reply;
}

type Output<Schema> = Schema extends GenericSchema ? InferOutput<Schema> : undefined;

/** Types a route's handler from its schemas. */
export function defineRoute<
  Params extends GenericSchema | undefined = undefined,
  Query extends GenericSchema | undefined = undefined,
  Body extends GenericSchema | undefined = undefined,
>(definition: RouteDefinition<Params, Query, Body>): Route {
  return {
    params: undefined,
    query: undefined,
    body: undefined,
    emptyBody: "refused",
    bodyLimit: undefined,
    scope: "account",
    limit: "read",
    counted: "before",
    sessionCheck: "stored",
    closedBy: undefined,
    files: "refused",
    streams: false,
    problems: {},
    ...definition,
    account: definition.account as Route["account"],
    // The router parses with these very schemas before it calls, so the types hold.
    handle: definition.handle as Route["handle"],
  };
}
