import { usageReport } from "../contract/operator/usage.ts";
import { json } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { expositionType, writeExposition, type MetricFamily } from "./exposition.ts";
import { usageQuery } from "./schema.ts";
import type { UsageStore } from "./store.ts";

/** Requests to it are no use of the database. */
export const metricsPath = "/metrics";

export interface UsageRouteOptions {
  /** Never rejects. */
  readonly readMetrics: () => Promise<readonly MetricFamily[]>;
  readonly readDays: UsageStore["readDays"];
}

/** The operator's figures: the metrics of this process. They need no database. */
export function metricsRoutes({ readMetrics }: Pick<UsageRouteOptions, "readMetrics">): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: metricsPath,
      summary: "Counts and times of this process since its start, in Prometheus' text format",
      access: "admin",
      limit: "none",
      mediaTypes: ["text/plain"],
      output: { 200: undefined },
      async handle() {
        const headers = { "content-type": expositionType, "cache-control": "no-store" };
        return { status: 200, headers, body: writeExposition(await readMetrics()) };
      },
    }),
  ];
}

/** The operator's figures: what all instances have done, by day. */
export function usageRoutes({ readDays }: Pick<UsageRouteOptions, "readDays">): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/usage",
      summary: "Answers, tokens and first-token times of the last days (UTC), of all instances",
      access: "admin",
      query: usageQuery,
      output: { 200: usageReport },
      handle: async ({ query }) => json({ days: await readDays(query.days) }),
    }),
  ];
}
