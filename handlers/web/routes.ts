import { literal, object, string } from "valibot";
import { json, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Assets } from "../ports/assets.ts";
import { contentSecurityPolicy } from "./page.ts";
import { partRoutes } from "./parts.ts";
import { dressPage, type Site } from "./site.ts";

const vary = "accept, origin";

/** `GET /`: the chat page for a browser, and the service's name and version for any other client; its scripts. */
export function webRoutes(assets: Assets, version: string, site: Site): Route[] {
  let page: Promise<Reply | undefined> | undefined;
  const readOnce = () => {
    page ??= readPage(assets, site).catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    return page;
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
        const isBrowser = request.headers.get("accept")?.includes("text/html") === true;
        const online = json({ status: "online", service: "docent", version }, 200, { vary });
        return (isBrowser && (await readOnce())) || online;
      },
    }),
    ...partRoutes(assets),
  ];
}

async function readPage(assets: Assets, site: Site): Promise<Reply | undefined> {
  const asset = await assets.read("page.html");
  if (!asset) return undefined;
  const html = dressPage(new TextDecoder().decode(asset.body), site);
  return {
    status: 200,
    headers: {
      "content-type": asset.mediaType,
      "content-security-policy": await contentSecurityPolicy(html),
      vary,
    },
    body: new TextEncoder().encode(html),
  };
}
