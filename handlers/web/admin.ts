import { notFound } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Assets } from "../ports/assets.ts";
import { createPageReply } from "./page-reply.ts";
import { contentSecurityPolicy } from "./page.ts";
import type { Site } from "./site.ts";

/** `GET /admin`: the operator's page. It is public and holds no data: its requests need ADMIN_API_KEY. */
export function adminPageRoutes(assets: Assets, site: Site): Route[] {
  const replyTo = createPageReply({
    assets,
    name: "admin.html",
    site,
    async headersOf(html) {
      const policy = await contentSecurityPolicy(html);
      return {
        vary: "accept-encoding, origin",
        // No other page may show this one, which asks for the operator's key.
        "content-security-policy": policy.replace(/frame-ancestors[^;]*/, "frame-ancestors 'none'"),
      };
    },
  });
  return [
    defineRoute({
      method: "GET",
      path: "/admin",
      summary: "The operator's page; it asks for ADMIN_API_KEY",
      access: "public",
      output: { 200: undefined },
      mediaTypes: ["text/html"],
      problems: { 404: "This runtime does not have the page" },
      async handle(_, { request }) {
        const reply = await replyTo(request);
        if (!reply) throw notFound("page on this runtime");
        return reply;
      },
    }),
  ];
}
