import { describeCause } from "../lib/describe-cause.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

export interface RequestFacts {
  readonly method: string;
  /** The route's template, such as `/api/tasks/:id`: paths and queries may hold secrets. */
  readonly route: string;
  readonly status: number;
  readonly startedAt: number;
  readonly requestId: string;
  readonly code: string | undefined;
  readonly cause: unknown;
}

/**
 * Logs one line for a request; durations are in milliseconds. Levels: `error` from status 500 on, else `info`. A route
 * that is closed by a missing setting is no error: the log of the start and /api/health name the setting.
 */
export function logRequest(logger: Logger, clock: Clock, facts: RequestFacts): void {
  const fields = {
    method: facts.method,
    route: facts.route,
    status: facts.status,
    ms: Math.round(clock.now() - facts.startedAt),
    request_id: facts.requestId,
    code: facts.code,
    cause: describeCause(facts.cause),
  };
  if (facts.status >= 500 && facts.code !== "settings_missing") logger.error("request", fields);
  else logger.info("request", fields);
}
