// Makes the page one document, with its bundled script and minified style inline: it loads in one request, and
// the content security policy can name both by hash.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";

const client = new URL("../handlers/web/client/", import.meta.url);

/** The page as one HTML document that needs no further file. */
export async function buildPage(): Promise<string> {
  const [html, style, code] = await Promise.all([
    readFile(new URL("page.html", client), "utf8"),
    bundle("page.css", {}),
    bundle("main.ts", { format: "iife", target: "es2022" }),
  ]);
  // Inside a script element, these two would end it or begin a comment.
  const safe = code.replaceAll("</script", "<\\/script").replaceAll("<!--", "\\x3C!--");
  return html
    .replace("<style></style>", () => `<style>${style.trim()}</style>`)
    .replace("<script></script>", () => `<script>${safe.trim()}</script>`);
}

async function bundle(entry: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [fileURLToPath(new URL(entry, client))],
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
  });
  return outputFiles?.[0]?.text ?? "";
}
