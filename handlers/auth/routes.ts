import { settingsMissing, Problem } from "../http/problem.ts";
import { json } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { grant, guestBody, refreshBody } from "./schema.ts";
import type { Sessions } from "./sessions.ts";

export function authRoutes(sessions: Sessions): Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/auth/guest",
      summary: "Start as a guest, without an account",
      access: "public",
      limit: "guest",
      body: guestBody,
      output: { 201: grant },
      async handle() {
        const started = await sessions.startGuest();
        if (!started) throw settingsMissing("JWT_SECRET");
        return json(started, 201);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/auth/refresh",
      summary: "Exchange a refresh token for the next pair of tokens",
      access: "public",
      body: refreshBody,
      output: { 200: grant },
      async handle({ body }) {
        const refreshed = await sessions.refresh(body.refresh_token);
        if (!refreshed) {
          throw new Problem(401, "invalid_token", "This refresh token is no longer good.");
        }
        return json(refreshed);
      },
    }),
  ];
}
