import { readMarkers } from "../../../contract/citation-marker.ts";
import type { RelatedPage } from "../../../ports/language-model.ts";
import { element } from "../lib/elements.ts";
import type { CitedSource } from "../lib/wire.ts";
import { createCard } from "./card.ts";
import { passageLine } from "./passage-line.ts";
import { claimsOf } from "./quotes.ts";

/** An answer and what it rests on. */
export interface AnswerSources {
  readonly question: string;
  readonly answer: string;
  readonly sources: readonly CitedSource[];
  readonly open: (number: number) => void;
}

/** The cards of the sources under an answer; passages that were read but not cited are folded away. */
export function sourcesView(shown: AnswerSources): HTMLElement {
  const cited = new Set(readMarkers(shown.answer).map(({ number }) => number));
  const numbers = shown.sources.map((_, index) => index + 1);
  const first = numbers.filter((number) => cited.has(number));
  const rest = numbers.filter((number) => !cited.has(number));
  const list = (entries: readonly number[]): HTMLElement =>
    element(
      "ol",
      "",
      ...entries.map((number) => element("li", "source", sourceCard(shown, number))),
    );

  const view = element("section", "sources");
  view.setAttribute("aria-label", "Sources");
  if (first.length > 0) view.append(element("h3", "", "Sources"), list(first));
  if (rest.length > 0) {
    const label = `${first.length > 0 ? "Also read" : "Passages read"} (${rest.length})`;
    view.append(element("details", "", element("summary", "", label), list(rest)));
  }
  return view;
}

/** The card of a source; empty where there is no such source. */
export function sourceCard(
  { question, answer, sources, open }: AnswerSources,
  number: number,
  use: "listed" | "untabbed" = "listed",
): HTMLElement | "" {
  const source = sources[number - 1];
  if (!source) return "";
  const line = passageLine(source, question, claimsOf(answer, number));
  return createCard(source, {
    number,
    line,
    untabbed: use === "untabbed",
    open: () => open(number),
  });
}

/** The cards of the pages that come closest to a question that the documents do not answer. */
export function relatedView(pages: readonly RelatedPage[]): HTMLElement {
  const cards = pages.map((page) => element("li", "source", createCard(page)));
  const view = element("section", "sources related", element("ul", "", ...cards));
  view.setAttribute("aria-label", "Closest pages");
  return view;
}
