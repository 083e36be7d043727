import { describeCause } from "../lib/describe-cause.ts";
import type { Logger } from "../ports/logger.ts";

export interface RequestFacts {
  readonly method: string;
  /** The route's template, such as `/api/tasks/:id`: paths and queries may hold secrets. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId: string;
  readonly code: string | undefined;
  readonly cause: unknown;
}

/**
 * Logs one line for a request; durations are in milliseconds. Levels: `error` for a problem with a status from 500
 * on, else `info`: /ready and /api/health answer 503 where all is as it should be, and a route that is closed by a
 * missing setting is no error: the log of the start and /api/health name the setting.
 */
export function logRequest(logger: Logger, facts: RequestFacts): void {
  const fields = {
    method: facts.method,
    route: facts.route,
    status: facts.status,
    ms: Math.round(facts.milliseconds),
    request_id: facts.requestId,
    code: facts.code,
    cause: describeCause(facts.cause),
  };
  const isError = facts.status >= 500 && ![undefined, "settings_missing"].includes(facts.code);
  if (isError) logger.error("request", fields);
  else logger.info("request", fields);
}
