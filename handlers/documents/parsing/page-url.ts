import type { FrontMatter } from "./markdown/front-matter.ts";

// Docusaurus' rule: a name that begins like a date or a version has no number prefix.
const dateOrVersion = /^\d+[-_.]\d+/;
const numberPrefix = /^\d+\s*[-_.]+\s*([^-_.\s].*)$/;

/** Whether numbers for sorting, as in `02-setup.md`, are removed from addresses and titles. */
export type NumberPrefixes = "keep" | "drop";

/**
 * A Markdown document's address under `base`, by Docusaurus' rules: without number prefixes and extension, an
 * index as its folder, with the front matter's `slug` or `id`.
 */
export function pageUrl(
  base: string,
  path: string,
  frontMatter: FrontMatter,
  numberPrefixes: NumberPrefixes,
): string {
  const folders = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  const name = (folders.pop() ?? "").replace(/\.[^.]+$/, "");
  const strip =
    numberPrefixes === "keep" || frontMatter.get("parse_number_prefixes") === "false"
      ? (segment: string) => segment
      : withoutNumber;
  const parent = folders.map((folder) => encodeURIComponent(strip(folder)));
  const slug = frontMatter.get("slug");
  if (slug) return join(base, resolve(slug.startsWith("/") ? [] : parent, slug));

  const isIndex = ["index", "readme", folders.at(-1)?.toLowerCase()].includes(name.toLowerCase());
  if (isIndex) return join(base, [...parent, ""]);
  return join(base, [...parent, encodeURIComponent(frontMatter.get("id") || strip(name))]);
}

/** Any other file's address under `base`: its path, or its folder for an index. */
export function fileUrl(base: string, path: string): string {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (/^index\.html?$/i.test(segments.at(-1) ?? "")) segments.splice(-1, 1, "");
  return join(base, segments.map(encodeURIComponent));
}

/** The address of a heading on a page; replaces the address's own fragment. */
export function withAnchor(url: string | null, anchor: string | null): string | null {
  if (url === null || !anchor) return url;
  const escaped = anchor.replace(/[\s"<>`%]/g, encodeURIComponent);
  return `${url.replace(/#.*$/s, "")}#${escaped}`;
}

/** A name without its sorting number. */
export function withoutNumber(segment: string): string {
  if (dateOrVersion.test(segment)) return segment;
  return numberPrefix.exec(segment)?.[1] ?? segment;
}

function resolve(from: readonly string[], slug: string): string[] {
  const segments = [...from];
  const steps = slug.replace(/^\/+/, "").split("/");
  for (const [index, step] of steps.entries()) {
    const last = index === steps.length - 1;
    if (step === "..") segments.pop();
    else if (step !== "." && (step !== "" || last)) segments.push(encodeOnce(step));
    if (last && (step === "." || step === "..")) segments.push("");
  }
  return segments;
}

/** Percent-encodes a slug, unless it is encoded already. */
function encodeOnce(segment: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(segment));
  } catch {
    return encodeURIComponent(segment);
  }
}

function join(base: string, segments: readonly string[]): string {
  return `${base.replace(/\/+$/, "")}/${segments.join("/")}`;
}
