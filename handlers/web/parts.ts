import { maxLength, object, pipe, string } from "valibot";
import { notFound } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Assets } from "../ports/assets.ts";
import { assetReply } from "./asset-reply.ts";

const partName = /^(?:maths|highlight)-[0-9a-f]{16}\.js$/;

/** `GET /parts/…`: the page's scripts on demand. A name holds its content's hash, so that clients may keep it. */
export function partRoutes(assets: Assets): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/parts/:name",
      summary: "A script that the page loads on demand",
      access: "public",
      params: object({ name: pipe(string(), maxLength(100)) }),
      output: { 200: undefined, 304: undefined },
      mediaTypes: ["text/javascript"],
      problems: { 404: "No script of this page" },
      async handle({ params: { name } }, { request }) {
        const asset = partName.test(name) ? await assets.read(`parts/${name}`) : undefined;
        if (!asset) throw notFound("script of this page");
        const reply = assetReply(asset, request);
        return {
          ...reply,
          headers: { ...reply.headers, "cache-control": "public, max-age=31536000, immutable" },
        };
      },
    }),
  ];
}
