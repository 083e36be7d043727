// Makes the page one document: its script bundled, its style minified, both inline, so that it
// loads in one request and the content security policy can name them by hash.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const client = new URL("../handlers/web/client/", import.meta.url);

/** The page as one HTML document that needs no further file. */
export async function buildPage(): Promise<string> {
  const [html, style, script] = await Promise.all([
    readFile(new URL("page.html", client), "utf8"),
    readFile(new URL("page.css", client), "utf8").then((css) =>
      transform(css, { loader: "css", minify: true }),
    ),
    build({
      entryPoints: [fileURLToPath(new URL("main.ts", client))],
      bundle: true,
      minify: true,
      write: false,
      format: "iife",
      target: "es2022",
      legalComments: "none",
    }),
  ]);
  const code = script.outputFiles[0]?.text ?? "";
  // Inside a script element these two would end it, or begin a comment.
  const safe = code.replaceAll("</script", "<\\/script").replaceAll("<!--", "\\x3C!--");
  return html
    .replace("<style></style>", () => `<style>${style.code.trim()}</style>`)
    .replace("<script></script>", () => `<script>${safe.trim()}</script>`);
}
