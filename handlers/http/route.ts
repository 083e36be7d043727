import type { GenericSchema, InferOutput } from "valibot";
import type { AdmittedReply } from "./access/admission.ts";
import type { Scope } from "../contract/scope.ts";
import type { SessionCheck } from "./access/identity.ts";
import type { Access, AnyContext, LeftCheck, RouteContext } from "./context.ts";
import type { UploadedFile } from "./body/multipart.ts";
import type { LimitClass } from "./rate-limits/limits.ts";
import type { Reply } from "./reply.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RouteInput<Params, Query, Body, Form> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** A multipart body, on a route that accepts one; `body` is then undefined. */
  readonly form: { readonly files: readonly UploadedFile[]; readonly fields: Form } | undefined;
}

/** A route as data, from which the router, the guard, the rate limits and the OpenAPI document are made. */
export interface Route {
  readonly method: Method;
  /** With `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /** The scope that an API key needs; `account`: API keys are refused; `any`: the handler looks at the scopes. */
  readonly scope: Scope | "account" | "any";
  /** The path of the metadata (RFC 9728) that a refusal's challenge names; undefined: it names none. */
  readonly resourceMetadata: string | undefined;
  readonly limit: LimitClass;
  /** The account that the body names, normalised; the limit `sign-in` counts by it besides the address. */
  readonly account: ((body: unknown) => string) | undefined;
  readonly sessionCheck: SessionCheck;
  /** The missing or invalid setting that closes the route (503); undefined: it is open. */
  readonly closedBy: string | undefined;
  readonly params: GenericSchema | undefined;
  readonly query: GenericSchema | undefined;
  /** Of a JSON object; any other JSON is refused before. */
  readonly body: GenericSchema | undefined;
  /** Checks what the schema cannot, before the request is counted. @throws Problem 400 */
  readonly checkBody: ((body: unknown) => Promise<void>) | undefined;
  /** Whether the body may be left out, as if it were `{}`. */
  readonly emptyBody: "accepted" | "refused";
  /** Bytes; undefined: BODY_LIMIT_KB. */
  readonly bodyLimit: number | undefined;
  /**
   * The fields of a `multipart/form-data` body besides its files, which may then be sent instead of the JSON body;
   * undefined: it is refused.
   */
  readonly form: GenericSchema | undefined;
  /** Whether 200 can also be `text/event-stream`. */
  readonly streams: boolean;
  /** Media types in which 200 can also come, such as `text/html`. */
  readonly mediaTypes: readonly string[];
  /** Schemas of the successful answers, by status; undefined: no JSON. */
  readonly output: Readonly<Record<number, GenericSchema | undefined>>;
  /** What each problem means here, by status, besides the problems that any route may answer with. */
  readonly problems: Readonly<Record<number, string>>;
  /** The JSON in which those can also come; undefined: they are problem details only. */
  readonly failure: GenericSchema | undefined;
  readonly handle: (
    input: RouteInput<unknown, unknown, unknown, unknown>,
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
  Form extends GenericSchema | undefined,
> {
  method: Method;
  path: string;
  summary: string;
  access: A;
  /** `account` unless given. */
  scope?: Scope | "account" | "any";
  resourceMetadata?: string;
  /** `read` unless given. */
  limit?: Limit;
  account?: (body: Output<Body>) => string;
  /** `by-guard` unless given. */
  sessionCheck?: Session;
  params?: Params;
  query?: Query;
  body?: Body;
  checkBody?: (body: Output<Body>) => Promise<void>;
  emptyBody?: "accepted";
  bodyLimit?: number;
  form?: Form;
  streams?: boolean;
  mediaTypes?: readonly string[];
  output: Readonly<Record<number, GenericSchema | undefined>>;
  problems?: Readonly<Record<number, string>>;
  failure?: GenericSchema;
  handle: (
    input: RouteInput<Output<Params>, Output<Query>, Output<Body>, Output<Form>>,
    context: RouteContext<A, Session, Limit>,
  ) => HandlerReply<Session, Limit>;
}

/** A route that leaves a check to its statement answers with proof that the statement made it. */
type HandlerReply<Session extends SessionCheck, Limit extends LimitClass> =
  LeftCheck<Session, Limit> extends "none" | "further-count"
    ? Promise<Reply> | Reply
    : Promise<AdmittedReply>;

type Output<Schema> = Schema extends GenericSchema ? InferOutput<Schema> : undefined;

/**
 * Defines a route and types its handler: the input from the schemas, the caller from `access`. A route that leaves the
 * session (`sessionCheck: "by-statement"`) or the count (`limit: "by-statement"`) to its own statement gets an
 * Admission, and its handler compiles only when it answers with what `Admission.check` made of a row.
 */
export function defineRoute<
  A extends Access,
  Params extends GenericSchema | undefined = undefined,
  Query extends GenericSchema | undefined = undefined,
  Body extends GenericSchema | undefined = undefined,
  Form extends GenericSchema | undefined = undefined,
  Session extends SessionCheck = "by-guard",
  Limit extends LimitClass = "read",
>(definition: RouteDefinition<A, Session, Limit, Params, Query, Body, Form>): Route {
  return {
    params: undefined,
    query: undefined,
    body: undefined,
    emptyBody: "refused",
    bodyLimit: undefined,
    scope: "account",
    resourceMetadata: undefined,
    limit: "read",
    sessionCheck: "by-guard",
    closedBy: undefined,
    form: undefined,
    streams: false,
    mediaTypes: [],
    problems: {},
    failure: undefined,
    ...definition,
    account: definition.account as Route["account"],
    checkBody: definition.checkBody as Route["checkBody"],
    // The router parses with these schemas, checks access and adds the admission before it calls the handler.
    handle: definition.handle as unknown as Route["handle"],
  };
}

/** The path of an absolute URL. */
export function pathOfUrl(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  const path = query < 0 ? url.slice(start) : url.slice(start, query);
  const fragment = path.indexOf("#");
  return fragment < 0 ? path : path.slice(0, fragment);
}

/** Matches most valid URLs, and none that is not; only the others are parsed. A host that ends in a number is an address. */
const usualUrl = /^https?:\/\/(?:[\w-]+\.)*[a-z][\w-]*(?::[1-5]?\d{1,4})?\//i;

/**
 * Whether a request has an absolute URL and a Host header that names no more than a host. Runtimes make the URL of
 * both: the Host `x/metrics?` would lead to another path than the one that a proxy has looked at.
 */
export function hasValidUrl({ url, headers }: Request): boolean {
  if (!usualUrl.test(url) && !URL.canParse(url)) return false;
  return !/[/?#\\@]/.test(headers.get("host") ?? "");
}
