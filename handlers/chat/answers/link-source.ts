import type { Source } from "../../contract/source.ts";

/** A source's name in Markdown, as a link if it has an address. */
export function linkSource(source: Source): string {
  const name = escapeMarkdown(nameOf(source));
  return source.url === null ? name : `[${name}](<${escapeAngles(source.url)}>)`;
}

/**
 * The sources with whole addresses, for clients that are on no page of this site: with DOCUMENTS_URL_BASE, `url` may be
 * a path.
 */
export function placeSources(sources: readonly Source[], origin: string): Source[] {
  return sources.map((source) =>
    source.url?.startsWith("/") ? { ...source, url: `${origin}${source.url}` } : source,
  );
}

/** A Markdown list of sources with the numbers of their markers. */
export function listSources(sources: readonly Source[]): string {
  return sources.map((source, index) => `${index + 1}. ${linkSource(source)}`).join("\n");
}

/** A source's title and headings on one line. */
export function nameOf({ title, heading_path }: Source): string {
  // A document's first heading is often its title.
  const path = heading_path[0] === title ? heading_path : [title, ...heading_path];
  return path.join(" › ").replaceAll(/\s+/g, " ");
}

/** Text in which no character is Markdown's. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#]/g, String.raw`\$&`);
}

function escapeAngles(url: string): string {
  return url.replaceAll("<", "%3C").replaceAll(">", "%3E").replaceAll(/\s/g, "%20");
}
