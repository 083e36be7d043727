import { readMarkers } from "../../../contract/citation-marker.ts";
import { placeOf } from "./citations.ts";
import { button, element } from "../lib/elements.ts";
import type { CitedSource } from "../lib/wire.ts";

/** The list of sources under an answer; passages that were read but not cited are folded away. */
export function sourcesView(
  sources: readonly CitedSource[],
  answer: string,
  open: (number: number) => void,
): HTMLElement {
  const cited = new Set(readMarkers(answer).map(({ number }) => number));
  const numbered = sources.map((source, index) => ({ source, number: index + 1 }));
  const list = (entries: typeof numbered): HTMLElement =>
    element("ol", "", ...entries.map(({ source, number }) => entry(source, number, open)));
  const first = numbered.filter(({ number }) => cited.has(number));
  const rest = numbered.filter(({ number }) => !cited.has(number));

  const view = element("section", "sources");
  view.setAttribute("aria-label", "Sources");
  if (first.length > 0) view.append(element("h3", "", "Sources"), list(first));
  if (rest.length > 0) {
    const label = `${first.length > 0 ? "Also read" : "Passages read"} (${rest.length})`;
    view.append(element("details", "", element("summary", "", label), list(rest)));
  }
  return view;
}

function entry(source: CitedSource, number: number, open: (number: number) => void): HTMLElement {
  const made = button("source", "", () => open(number));
  const place = element("span", "place", placeOf(source) || "Passage");
  place.dir = "auto";
  made.append(element("span", "number", String(number)), place);
  made.setAttribute("aria-haspopup", "dialog");
  return element("li", "", made);
}
