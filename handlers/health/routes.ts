import { json } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Health } from "./report.ts";
import { circuits, readiness, report } from "../contract/health.ts";
import { aliveRoute } from "./alive/routes.ts";

export function healthRoutes(health: Health): Route[] {
  return [
    aliveRoute,
    defineRoute({
      method: "GET",
      path: "/ready",
      summary: "Whether a request that needs the database would be served",
      access: "public",
      limit: "none",
      output: { 200: readiness, 503: readiness },
      async handle() {
        const database = await health.readDatabase();
        const isReady = database === "healthy";
        return json({ ready: isReady, database }, isReady ? 200 : 503);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/health",
      summary: "The state of every service, and settings that need attention",
      access: "public",
      limit: "none",
      output: { 200: report, 503: report },
      async handle() {
        const found = await health.read();
        const isServing = found.status === "healthy" || found.status === "degraded";
        return json(found, isServing ? 200 : 503);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/health/circuits",
      summary: "Which services are left alone for a while because they kept failing",
      access: "public",
      limit: "none",
      output: { 200: circuits },
      handle: () => json(health.circuits()),
    }),
  ];
}
