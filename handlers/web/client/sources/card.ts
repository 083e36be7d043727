import { button, element, link } from "../lib/elements.ts";
import { markedNodes } from "./passage-text.ts";
import type { PassageLine } from "./passage-line.ts";
import { addressOf, pageTitle, whereOf, type Placed } from "./place.ts";

/** What a card shows beside a page's title, site and headings. */
export interface CardExtras {
  /** The source's number; undefined for a page that is no source. */
  readonly number?: number;
  readonly line?: PassageLine;
  /** Opens the passage. */
  readonly open?: () => void;
  /** Leaves the card out of the order of the Tab key. */
  readonly untabbed?: boolean;
}

/** A card: a page's title, linked if it has an address, its site and headings, and a line of the passage. */
export function createCard(page: Placed, extras: CardExtras = {}): HTMLElement {
  const { number, line, open } = extras;
  const body = element("div", "card-body", titleNode(page));
  const place = whereOf(page);
  if (place) {
    const words = element("span", "card-place", place);
    words.dir = "auto";
    body.append(words);
  }
  if (line && open) {
    const made = button("card-line", "", open);
    const words = element(line.isCode ? "code" : "span", "", ...markedNodes(line.stretches));
    words.dir = line.isCode ? "ltr" : "auto";
    made.append(element("span", "unseen", "Show the passage: "), words);
    made.setAttribute("aria-haspopup", "dialog");
    body.append(made);
  }
  const card = element("div", "source-card");
  if (number !== undefined) card.append(element("span", "number", String(number)));
  card.append(body);
  if (extras.untabbed) {
    for (const each of card.querySelectorAll<HTMLElement>("a, button")) each.tabIndex = -1;
  }
  return card;
}

function titleNode(page: Placed): HTMLElement {
  const address = addressOf(page);
  const words = element("bdi", "", pageTitle(page));
  if (!address) return element("span", "card-title", words);
  const leaving = element("span", "unseen", " (opens in a new tab)");
  return element("span", "card-title", link(address, "", words, leaving));
}
