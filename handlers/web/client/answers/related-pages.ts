import type { RelatedPage } from "../../../ports/language-model.ts";
import { relatedView } from "../sources/list.ts";

/** Pages that a refusal names, at most. */
const mostPages = 3;

/**
 * Shows the pages that come closest as cards, in place of the list of links with which a refusal's text ends. A
 * stored refusal has that list alone.
 */
export function showRelated(body: HTMLElement, related: readonly RelatedPage[]): void {
  const list = body.lastElementChild;
  const listed = list instanceof HTMLUListElement ? [...list.children].map(toPage) : [];
  const named = listed.flatMap((page) => page ?? []);
  const isList = named.length > 0 && named.length === listed.length && named.length <= mostPages;
  const pages = related.length > 0 ? related : isList ? named : [];
  if (pages.length === 0) return;
  if (isList) list?.remove();
  body.after(relatedView(pages));
}

/** The page that an item names: a link, or a title with a path behind it; undefined for any other item. */
function toPage(item: Element): RelatedPage | undefined {
  const text = item.textContent?.trim() ?? "";
  const link = item.querySelector("a");
  if (link instanceof HTMLAnchorElement && link.textContent?.trim() === text) {
    return { document_id: "", title: text, url: link.href, path: "" };
  }
  const [, title, path] = /^(.+) \((\S+\.\w+)\)$/.exec(text) ?? [];
  return title && path ? { document_id: "", title, url: null, path } : undefined;
}
