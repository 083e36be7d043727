import { unknown } from "valibot";
import { json, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Assets } from "../ports/assets.ts";
import { contentSecurityPolicy } from "./page.ts";

/** `GET /`: the page for a browser, and for everything else a word that somebody is at home. */
export function webRoutes(assets: Assets, version: string): Route[] {
  let page: Promise<Reply | undefined> | undefined;
  return [
    defineRoute({
      method: "GET",
      path: "/",
      summary: "The chat page for a browser, else the service's name and version",
      access: "public",
      output: { 200: unknown() },
      async handle(_, { request }) {
        const isBrowser = request.headers.get("accept")?.includes("text/html") === true;
        const online = json({ status: "online", service: "docent", version });
        return (isBrowser && (await (page ??= readPage(assets)))) || online;
      },
    }),
  ];
}

async function readPage(assets: Assets): Promise<Reply | undefined> {
  const asset = await assets.read("page.html");
  if (!asset) return undefined;
  return {
    status: 200,
    headers: {
      "content-type": asset.mediaType,
      "content-security-policy": await contentSecurityPolicy(asset.body),
      vary: "accept, origin",
    },
    body: asset.body,
  };
}
