import { literal, maxLength, object, pipe, string } from "valibot";
import { Problem } from "../http/problem.ts";
import { json, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Assets } from "../ports/assets.ts";
import { createPageReply } from "./page-reply.ts";
import { contentSecurityPolicy } from "./page.ts";
import { partRoutes } from "./parts.ts";
import type { Site } from "./site.ts";

const vary = "accept, accept-encoding, origin";

export interface WebOptions {
  readonly assets: Assets;
  readonly version: string;
  readonly site: Site;
  /** Origins, and patterns of origins, that may show the page in a frame. */
  readonly framedBy: readonly string[];
}

/**
 * The chat page for browsers, at `/` and at the address of each conversation, and its scripts on demand. Other clients
 * get the service's name and version at `/`.
 */
export function webRoutes({ version, assets, site, framedBy }: WebOptions): Route[] {
  const replyTo = createPageReply({
    assets,
    name: "page.html",
    site,
    headersOf: async (html) => ({
      vary,
      "content-security-policy": await contentSecurityPolicy(html, framedBy),
    }),
  });
  const pageFor = async (request: Request): Promise<Reply | undefined> => {
    const isBrowser = request.headers.get("accept")?.includes("text/html") === true;
    return isBrowser ? replyTo(request) : undefined;
  };
  return [
    defineRoute({
      method: "GET",
      path: "/",
      summary: "The chat page for a browser, else the service's name and version",
      access: "public",
      limit: "none",
      output: {
        200: object({ status: literal("online"), service: literal("docent"), version: string() }),
      },
      mediaTypes: ["text/html"],
      async handle(_, { request }) {
        const online = json({ status: "online", service: "docent", version }, 200, { vary });
        return (await pageFor(request)) ?? online;
      },
    }),
    defineRoute({
      method: "GET",
      path: "/c/:id",
      summary:
        "The chat page, opened at a conversation. It is the same for every id: the page itself reads the conversation, as its reader may",
      access: "public",
      limit: "none",
      params: object({ id: pipe(string(), maxLength(200, "must be at most 200 characters")) }),
      output: { 200: undefined },
      mediaTypes: ["text/html"],
      problems: { 404: "Accept does not name text/html, or this runtime does not have the page" },
      async handle(_, { request }) {
        const found = await pageFor(request);
        if (found) return found;
        throw new Problem(
          404,
          "not_found",
          "This is a page for browsers. /api/conversations/{id} has the conversation as data.",
        );
      },
    }),
    ...partRoutes(assets),
  ];
}
