import { alive } from "../../contract/health.ts";
import { json } from "../../http/reply.ts";
import { defineRoute } from "../../http/route.ts";

const healthy = json({ status: "healthy" });

/** Also answered before the app is loaded. */
export const aliveRoute = defineRoute({
  method: "GET",
  path: "/health",
  summary: "The process answers; nothing else is touched",
  access: "public",
  limit: "none",
  output: { 200: alive },
  handle: () => healthy,
});
