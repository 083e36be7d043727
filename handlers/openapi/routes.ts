import { unknown } from "valibot";
import { json } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";

/** @param describe imports the generator with the first request for it: no other request needs it */
export function openapiRoutes(describe: () => Promise<object>): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/openapi.json",
      summary: "This API as an OpenAPI 3.1 document",
      access: "public",
      limit: "none",
      output: { 200: unknown() },
      handle: async () => json(await describe()),
    }),
  ];
}
