import { Router, type IRequest } from "itty-router";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { TraceSpan, Tracer } from "../ports/tracer.ts";
import { spanNames } from "../lib/span-names.ts";
import type { Admissions } from "./access/admissions.ts";
import type { Identity } from "./access/identity.ts";
import type { AnyContext, Platform } from "./context.ts";
import { corsHeaders, preflightHeaders, refuseForeignOrigin, type OriginPolicy } from "./cors.ts";
import { readInput } from "./input.ts";
import type { OpenRequests } from "./open-requests.ts";
import type { InvalidRequestLimit } from "./rate-limits/invalid-requests.ts";
import type { Limiter } from "./rate-limits/limiter.ts";
import { openaiErrorReply, Problem, problemReply, toProblem } from "./problem.ts";
import { toResponse, type Reply } from "./reply.ts";
import { logRequest } from "./request-log.ts";
import { hasValidUrl, pathOfUrl, type Route } from "./route.ts";

export interface RouterOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly origins: OriginPolicy;
  /** Measures each answer. */
  readonly noteAnswer: (request: AnsweredRequest) => void;
  readonly invalidRequests: InvalidRequestLimit;
  readonly clientAddress: (request: Request, platform: Platform) => string;
  /** May be left out where all routes are constant answers such as /health. */
  readonly checks?: RequestChecks;
}

/** What a request meets before its handler, unless its answer is constant. */
export interface RequestChecks {
  /** Bytes. */
  readonly bodyLimit: number;
  /** Identifies the caller. @throws Problem when the route does not let them in */
  readonly guard: (route: Route, request: Request) => Promise<Identity> | Identity;
  /** Creates the admissions of routes that leave checks to their statements. */
  readonly admissions: Admissions;
  /** Called for each request that may use the database. */
  readonly noteUse: (route: Route) => void;
  /** Undefined: no request is traced. */
  readonly tracer: Tracer | undefined;
  readonly limiter: Limiter;
  readonly openRequests: OpenRequests;
}

/** A request under way; `route` and `caller` are filled in when they are known. */
interface Exchange {
  readonly request: Request;
  readonly platform: Platform;
  readonly requestId: string;
  readonly startedAt: number;
  route: string;
  caller?: Identity;
  span?: TraceSpan | undefined;
}

/** A request when its headers are sent. */
interface AnsweredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** The routes of one path, by method. */
interface Mount {
  readonly path: string;
  readonly group: ReadonlyMap<string, Route>;
  /** The value of `Allow`. */
  readonly methods: string;
}

/**
 * Mounts routes on itty-router and wraps every answer: problems, HEAD, 405 with `Allow`, preflights,
 * headers, one log line. The function it returns never throws.
 *
 * @throws Error for two routes with the same method and path
 */
export function createRouter(routes: readonly Route[], options: RouterOptions) {
  const { checks } = options;
  const router = Router<IRequest, [Exchange]>();
  /** Paths without parameters: found here, they skip itty's URL and patterns, a third of a small request. */
  const fixed = new Map<string, Mount>();
  for (const [path, group] of groupByPath(routes)) {
    const mount = { path, group, methods: allowedMethods(group) };
    router.all(path, (request, exchange) => dispatch(mount, request.params, exchange));
    if (!path.includes(":")) fixed.set(path, mount);
  }

  function find(exchange: Exchange): Promise<Reply | undefined> | Reply {
    const { method, url } = exchange.request;
    if (!hasValidUrl(exchange.request)) {
      throw new Problem(400, "invalid_url", "The request's address or Host header is malformed.");
    }
    const mount = fixed.get(pathOfUrl(url));
    if (mount) return dispatch(mount, {}, exchange);
    // Without the query: itty copies the values of a name again for each of them, 0.2 s for 16 KB of `a=1&`.
    const [address = url] = url.split("?", 1);
    return router.fetch({ method, url: address }, exchange);
  }

  function dispatch(
    { path, group, methods }: Mount,
    params: Readonly<Record<string, string>>,
    exchange: Exchange,
  ): Promise<Reply> | Reply {
    exchange.route = path;
    const { request } = exchange;
    if (request.method === "OPTIONS") {
      return {
        status: 204,
        headers: { allow: methods, ...preflightHeaders(methods, request) },
        body: null,
      };
    }
    refuseForeignOrigin(options.origins, request);
    const route = group.get(request.method === "HEAD" ? "GET" : request.method);
    if (!route) {
      const detail = `${path} answers ${methods}.`;
      throw new Problem(405, "method_not_allowed", detail, { headers: { allow: methods } });
    }
    // Without awaiting anything, so that the cheapest answers stay cheap.
    if (needsNothing(route)) return route.handle(noInput, createContext(exchange, anonymous));
    if (!checks) throw new Error(`${path} needs checks, and this router has none`);
    return checks.openRequests.track(admitAndHandle(route, params, exchange, checks));
  }

  async function admitAndHandle(
    route: Route,
    params: Readonly<Record<string, string>>,
    exchange: Exchange,
    { noteUse, tracer, guard, admissions, limiter, bodyLimit }: RequestChecks,
  ): Promise<Reply> {
    noteUse(route);
    const { request, platform } = exchange;
    // Not for constant answers such as /health, which are asked for every few seconds.
    exchange.span = tracer?.startRequest(request.headers.get("traceparent"));
    const address = options.clientAddress(request, platform);
    const caller = await options.invalidRequests.admit(request, address, () =>
      guard(route, request),
    );
    exchange.caller = caller;
    const common = createContext(exchange, caller);
    const context = { ...common, ...admissions.leftBy(route, common) };
    limiter.admitReading(route, context);
    const input = await readInput(route, request, params, bodyLimit);
    await route.checkBody?.(input.body);
    const headers = await limiter.admit(route, context, input.body);
    const reply = await route.handle(input, context);
    return headers ? { ...reply, headers: { ...reply.headers, ...headers } } : reply;
  }

  function createContext(exchange: Exchange, caller: Identity): AnyContext {
    const { request, platform, requestId } = exchange;
    return {
      request,
      requestId,
      caller,
      clientAddress: options.clientAddress(request, platform),
      waitUntil: (promise) => platform.waitUntil?.(sendSpansAfter(promise)),
      logger: options.logger,
      span: exchange.span,
    };
  }

  /** An answer's last spans end after its response. */
  async function sendSpansAfter(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } finally {
      await checks?.tracer?.flush();
    }
  }

  function finish(exchange: Exchange, status: number, problem: Problem | undefined): void {
    const { request, route, startedAt, requestId, span } = exchange;
    const { method } = request;
    const milliseconds = options.clock.monotonic() - startedAt;
    options.noteAnswer({ method, route, status, milliseconds });
    logRequest(options.logger, {
      method,
      route,
      status,
      milliseconds,
      requestId,
      code: problem?.code,
      cause: problem?.cause,
    });
    span?.end({
      name: `${method} ${route}`,
      error: status >= 500 ? (problem?.code ?? String(status)) : undefined,
      attributes: {
        [spanNames.method]: method,
        [spanNames.route]: route,
        [spanNames.status]: status,
      },
    });
  }

  return async (request: Request, platform: Platform): Promise<Response> => {
    const startedAt = options.clock.monotonic();
    const requestId = crypto.randomUUID();
    const exchange: Exchange = { request, platform, requestId, startedAt, route: "-" };
    let reply: Reply | undefined;
    let problem: Problem | undefined;
    try {
      const found = find(exchange);
      // What need not be awaited is answered in the same turn.
      reply = found instanceof Promise ? await found : found;
      if (!reply) throw new Problem(404, "not_found", "There is nothing at this address.");
    } catch (error) {
      problem = toProblem(error);
      const address = options.clientAddress(request, platform);
      options.invalidRequests.note(problem, address, exchange.caller);
      const isOpenai = pathOfUrl(request.url).startsWith("/v1/");
      reply = isOpenai ? openaiErrorReply(problem) : problemReply(problem, requestId);
    }
    finish(exchange, reply.status, problem);
    const cors = corsHeaders(options.origins, request);
    return toResponse(reply, request.method, { requestId, cors });
  };
}

const anonymous: Identity = { kind: "anonymous" };
const noInput = { params: undefined, query: undefined, body: undefined, form: undefined };

/** Whether a route is public and has no limit, input or setting to check. */
function needsNothing({ access, limit, closedBy, params, query, body }: Route): boolean {
  return (
    access === "public" && limit === "none" && closedBy === undefined && !params && !query && !body
  );
}

function groupByPath(routes: readonly Route[]): Map<string, Map<string, Route>> {
  const groups = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const group = groups.get(route.path) ?? new Map<string, Route>();
    if (group.has(route.method)) throw new Error(`two routes for ${route.method} ${route.path}`);
    group.set(route.method, route);
    groups.set(route.path, group);
  }
  return groups;
}

function allowedMethods(group: ReadonlyMap<string, Route>): string {
  const methods = [...group.keys()];
  if (group.has("GET")) methods.push("HEAD");
  return [...methods, "OPTIONS"].join(", ");
}
