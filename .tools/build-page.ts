// Makes each page one document, with its bundled script and minified style inline: it loads in one request, and
// the content security policy can name both by hash. What few answers need is in files of its own.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";

const client = new URL("../handlers/web/client/", import.meta.url);
const script = { format: "iife", target: "es2022" } satisfies BuildOptions;

/** A script that the page loads on demand. Its name holds its content's hash. */
export interface PagePart {
  readonly name: string;
  readonly code: string;
  /** As an `integrity` attribute has it. */
  readonly integrity: string;
}

/** The folders of the pages, each with `page.html`, `page.css` and `main.ts`. */
const folders = { chat: "", admin: "admin/" };

/** A page as one HTML document that needs no further file to answer. */
export async function buildPage(page: keyof typeof folders = "chat"): Promise<string> {
  const folder = folders[page];
  const [html, style, code, { maths, highlight }] = await Promise.all([
    readFile(new URL(`${folder}page.html`, client), "utf8"),
    bundle(`${folder}page.css`, {}),
    bundle(`${folder}main.ts`, script),
    buildParts(),
  ]);
  // Inside a script element, these two would end it or begin a comment.
  const safe = code.replaceAll("</script", "<\\/script").replaceAll("<!--", "\\x3C!--");
  return html
    .replace("<style></style>", () => `<style>${style.trim()}</style>`)
    .replace('data-highlighter=""', `data-highlighter="/parts/${highlight.name}"`)
    .replace('src="" integrity=""', `src="/parts/${maths.name}" integrity="${maths.integrity}"`)
    .replace("<script></script>", () => `<script>${safe.trim()}</script>`);
}

let parts: Promise<Record<"maths" | "highlight", PagePart>> | undefined;

/** The scripts on demand: one typesets maths, the other is a thread that highlights code. Built at the first call. */
export function buildParts(): Promise<Record<"maths" | "highlight", PagePart>> {
  return (parts ??= buildBoth());
}

async function buildBoth(): Promise<Record<"maths" | "highlight", PagePart>> {
  const [maths, highlight] = await Promise.all([buildPart("maths"), buildPart("highlight")]);
  return { maths, highlight };
}

async function buildPart(name: string): Promise<PagePart> {
  const code = await bundle(`parts/${name}.ts`, script);
  const hash = createHash("sha256").update(code).digest();
  return {
    name: `${name}-${hash.toString("hex").slice(0, 16)}.js`,
    code,
    integrity: `sha256-${hash.toString("base64")}`,
  };
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
