import { notFound } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Assets } from "../ports/assets.ts";
import { assetReply } from "./asset-reply.ts";
import { hashesOf } from "./page.ts";

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Docent: the API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <noscript>This page needs JavaScript. The same as data: <a href="/openapi.json">/openapi.json</a></noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script>SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, tryItOutEnabled: true });</script>
  </body>
</html>
`;

const files = {
  "swagger-ui.css": "text/css",
  "swagger-ui-bundle.js": "text/javascript",
};

const withoutPage = "This runtime does not have the page";

/** `GET /docs`: the interactive page of the API. The runtime's assets hold its script and style. */
export function docsRoutes(assets: Assets): Route[] {
  const read = async (name: string) => {
    const asset = await assets.read(name);
    if (!asset) throw notFound("page on this runtime; /openapi.json has the same as data");
    return asset;
  };
  return [
    defineRoute({
      method: "GET",
      path: "/docs",
      summary: "The API as an interactive page",
      access: "public",
      output: { 200: undefined },
      mediaTypes: ["text/html"],
      problems: { 404: withoutPage },
      async handle() {
        await read("docs/swagger-ui-bundle.js");
        const headers = {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": await policy(),
        };
        return { status: 200, headers, body: page };
      },
    }),
    ...Object.entries(files).map(([name, mediaType]) =>
      defineRoute({
        method: "GET",
        path: `/docs/${name}`,
        summary: "A file of the interactive page",
        access: "public",
        output: { 200: undefined, 304: undefined },
        mediaTypes: [mediaType],
        problems: { 404: withoutPage },
        handle: async (_, { request }) => assetReply(await read(`docs/${name}`), request),
      }),
    ),
  ];
}

/** Swagger UI sets styles on its elements, which only `unsafe-inline` allows; its script is a file of its own. */
async function policy(): Promise<string> {
  return [
    "default-src 'none'",
    `script-src 'self' ${await hashesOf(page, "script")}`,
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self' https://huggingface.co",
  ].join("; ");
}
