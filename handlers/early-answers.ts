import { aliveRoute } from "./health/alive/routes.ts";
import type { Platform } from "./http/context.ts";
import { createOriginPolicy } from "./http/cors.ts";
import { createClientAddress } from "./http/rate-limits/client-address.ts";
import { createInvalidRequestLimit } from "./http/rate-limits/invalid-requests.ts";
import { pathOfUrl } from "./http/route.ts";
import { createRouter, type RouterOptions } from "./http/router.ts";
import type { Ports } from "./ports/index.ts";
import type { Settings } from "./settings/index.ts";
import { createMeters, type Meters } from "./usage/meters.ts";

export interface EarlyAnswers {
  /** Answers /health, all methods of it; undefined for other requests, which have to wait for the app. Never throws. */
  fetch(request: Request, platform: Platform): Promise<Response> | undefined;
  /** What the app's own router goes on with, so that no count is lost. */
  readonly routing: Omit<RouterOptions, "checks">;
  readonly meters: Meters;
}

/** Answers before the app is loaded, by the route and the router that answer afterwards. Loads little itself. */
export function createEarlyAnswers(
  { logger, clock }: Pick<Ports, "logger" | "clock">,
  { server, readRateLimit }: Settings,
): EarlyAnswers {
  const meters = createMeters();
  const routing = {
    logger,
    clock,
    origins: createOriginPolicy(server.allowedOrigins),
    invalidRequests: createInvalidRequestLimit(readRateLimit, clock),
    clientAddress: createClientAddress(server.trustedProxies),
    noteAnswer: meters.requestAnswered,
  };
  const answer = createRouter([aliveRoute], routing);
  return {
    fetch: (request, platform) =>
      pathOfUrl(request.url) === aliveRoute.path ? answer(request, platform) : undefined,
    routing,
    meters,
  };
}
