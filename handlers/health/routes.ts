import { json } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { HealthReport } from "./report.ts";
import { alive, readiness, report } from "./schema.ts";

export function healthRoutes(read: () => HealthReport): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/health",
      summary: "The process answers; nothing else is touched",
      access: "public",
      limit: "none",
      output: { 200: alive },
      handle: () => json({ status: "healthy" }),
    }),
    defineRoute({
      method: "GET",
      path: "/ready",
      summary: "Whether a request that needs the database would be served",
      access: "public",
      limit: "none",
      output: { 200: readiness, 503: readiness },
      handle() {
        const { database } = read().services;
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
      handle() {
        const health = read();
        const isServing = health.status === "healthy" || health.status === "degraded";
        return json(health, isServing ? 200 : 503);
      },
    }),
  ];
}
