import { safeUrl } from "../markdown/inline.ts";
import type { CitedSource } from "../lib/wire.ts";

/** The fields that tell where a page is. */
export type Placed = Pick<CitedSource, "title" | "url" | "path"> &
  Partial<Pick<CitedSource, "heading_path">>;

/** A page's title; without one, the name of its file. */
export function pageTitle({ title, path }: Placed): string {
  return title.trim() || (path.split("/").at(-1) ?? "") || "Passage";
}

/** The headings above a passage, without one that only repeats the title. */
function headingsOf({ title, heading_path: path = [] }: Placed): string[] {
  return (path[0] === title ? path.slice(1) : path).filter((name) => name !== "");
}

/** A passage's place: its document's title, then the headings above it. */
export function placeOf(source: Placed): string {
  return [source.title, ...headingsOf(source)].filter((name) => name !== "").join(" › ");
}

/**
 * Where a page is: the site it is published on and the headings above the passage or, of a whole page, the folders
 * of its address; for one that is not published, or on this site, first the folders of its file.
 */
export function whereOf(page: Placed): string {
  const { host, pathname } = new URL(addressOf(page) ?? location.href);
  const site = host === location.host ? [] : [host.replace(/^www\./, "")];
  const own = site.length > 0 ? [] : folders(page.path);
  const rest = page.heading_path ? headingsOf(page) : site.length > 0 ? folders(pathname) : [];
  return [...site, ...own, ...rest].join(" › ");
}

/** A page's address, absolute or on this site; undefined if it is no web address. */
export function addressOf({ url }: Placed): string | undefined {
  if (!url) return undefined;
  try {
    return safeUrl(new URL(url, location.href).href);
  } catch {
    return undefined;
  }
}

/** The folders of a path, without its last part. */
function folders(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.filter((name) => name !== "");
}
