import type { GenericSchema, InferOutput } from "valibot";
import type { AdmittedReply } from "./access/admission.ts";
import type { Scope } from "../contract/scope.ts";
import type { SessionCheck } from "./access/identity.ts";
import type { Access, AnyContext, LeftCheck, RouteContext } from "./context.ts";
import type { UploadedFile } from "./multipart.ts";
import type { LimitClass } from "./rate-limits/limits.ts";
import type { Reply } from "./reply.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

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
    context: AnyContext,
  ) => Promise<Reply> | Reply;
}

interface RouteDefinition<
  A extends Access,
  Session extends SessionCheck,
  Limit extends LimitClass,
  Params extends GenericSchema | undefined,
  Query extends GenericSchema | undefined,
  Body extends GenericSchema | undefined,
> {
  method: Method;
  path: string;
  summary: string;
  access: A;
  /** `account` where a route does not say. */
  scope?: Scope | "account";
  /** `read` where a route does not say. */
  limit?: Limit;
  account?: (body: Output<Body>) => string;
  /** `stored` where a route does not say. */
  sessionCheck?: Session;
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
    context: RouteContext<A, Session, Limit>,
  ) => HandlerReply<Session, Limit>;
}

/** A route that leaves a check to its statement answers with proof that the statement made it. */
type HandlerReply<Session extends SessionCheck, Limit extends LimitClass> =
  LeftCheck<Session, Limit> extends "none" ? Promise<Reply> | Reply : Promise<AdmittedReply>;

type Output<Schema> = Schema extends GenericSchema ? InferOutput<Schema> : undefined;

/**
 * Types a route's handler: its input from the schemas, its caller from `access`. A route that leaves the
 * session (`sessionCheck: "signed"`) or the count (`limit: "within"`) to its own statement gets an
 * Admission, and its handler compiles only when it answers with what `Admission.check` made of a row.
 */
export function defineRoute<
  A extends Access,
  Params extends GenericSchema | undefined = undefined,
  Query extends GenericSchema | undefined = undefined,
  Body extends GenericSchema | undefined = undefined,
  Session extends SessionCheck = "stored",
  Limit extends LimitClass = "read",
>(definition: RouteDefinition<A, Session, Limit, Params, Query, Body>): Route {
  return {
    params: undefined,
    query: undefined,
    body: undefined,
    emptyBody: "refused",
    bodyLimit: undefined,
    scope: "account",
    limit: "read",
    sessionCheck: "stored",
    closedBy: undefined,
    files: "refused",
    streams: false,
    problems: {},
    ...definition,
    account: definition.account as Route["account"],
    // The router parses with these very schemas, checks access and gives the admission before it calls.
    handle: definition.handle as unknown as Route["handle"],
  };
}
