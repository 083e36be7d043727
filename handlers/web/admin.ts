import { notFound } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Assets } from "../ports/assets.ts";
import { contentSecurityPolicy } from "./page.ts";
import { dressPage, type Site } from "./site.ts";

/** `GET /admin`: the operator's page. It is public and holds no data: its requests need ADMIN_API_KEY. */
export function adminPageRoutes(assets: Assets, site: Site): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/admin",
      summary: "The operator's page; it asks for ADMIN_API_KEY",
      access: "public",
      output: { 200: undefined },
      mediaTypes: ["text/html"],
      problems: { 404: "This runtime does not have the page" },
      async handle() {
        const asset = await assets.read("admin.html");
        if (!asset) throw notFound("page on this runtime");
        const html = dressPage(new TextDecoder().decode(asset.body), site);
        const policy = await contentSecurityPolicy(html);
        const headers = {
          "content-type": asset.mediaType,
          // No other page may show this one, which asks for the operator's key.
          "content-security-policy": policy.replace(
            /frame-ancestors[^;]*/,
            "frame-ancestors 'none'",
          ),
        };
        return { status: 200, headers, body: new TextEncoder().encode(html) };
      },
    }),
  ];
}
