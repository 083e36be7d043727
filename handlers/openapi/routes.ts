import { record, string, unknown } from "valibot";
import { json, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Tool } from "../lib/tool.ts";

export interface DescribedApi {
  readonly routes: readonly Route[];
  /** What the assistant may call. */
  readonly tools: readonly Tool[];
  readonly version: string;
}

/** GET /openapi.json. @param read called at the first request, when every route exists */
export function openapiRoutes(read: () => DescribedApi): Route[] {
  let made: Reply | undefined;
  return [
    defineRoute({
      method: "GET",
      path: "/openapi.json",
      summary: "This API as an OpenAPI 3.1 document",
      access: "public",
      limit: "none",
      output: { 200: record(string(), unknown()) },
      async handle() {
        if (made) return made;
        // Imported with the first request for it: no other request needs the generator.
        const { describeRoutes } = await import("./describe.ts");
        const { routes, tools, version } = read();
        return (made = json(describeRoutes(routes, tools, version)));
      },
    }),
  ];
}
