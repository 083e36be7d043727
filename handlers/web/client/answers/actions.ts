import { copyText } from "../lib/clipboard.ts";
import { element, icon, iconButton } from "../lib/elements.ts";
import { formatMarker, readMarkers } from "../../../contract/citation-marker.ts";
import { placeOf } from "../sources/place.ts";
import type { CitedSource } from "../lib/wire.ts";
import { createVote, type VoteOptions } from "./vote.ts";

export interface AnswerActions {
  readonly element: HTMLElement;
  /** Adds the button that asks for another answer. */
  offerRegenerate(run: () => void): void;
}

/** Milliseconds for which a copied answer's icon is a check. */
const shownFor = 2000;

/** Creates the row of buttons under an answer. `voting`: undefined where it cannot be voted on. */
export function createActions(
  text: string,
  voting: Pick<VoteOptions, "vote" | "send" | "follow"> | undefined,
): AnswerActions {
  const said = element("span", "action-note");
  said.setAttribute("role", "status");
  let timer = 0;
  function say(line: string): void {
    clearTimeout(timer);
    said.textContent = line;
  }

  const copy = iconButton("copy", "Copy answer", () => void copyAnswer());
  async function copyAnswer(): Promise<void> {
    const isCopied = await copyText(text);
    say(isCopied ? "Copied" : "Could not copy");
    if (isCopied) copy.replaceChildren(icon("check"));
    timer = setTimeout(() => {
      say("");
      copy.replaceChildren(icon("copy"));
    }, shownFor);
  }

  const vote = voting && createVote({ ...voting, say });
  const row = element("div", "actions", copy, ...(vote?.buttons ?? []), said);
  return {
    element: element("div", "answer-foot", row, ...(vote ? [vote.noteSlot] : [])),
    offerRegenerate(run) {
      const again = iconButton("regenerate", "Regenerate answer", run);
      again.classList.add("regenerate");
      copy.after(again);
    },
  };
}

/** An answer as it is copied: with the places and addresses of the sources it cites. */
export function copiedText(answer: string, sources: readonly CitedSource[]): string {
  const cited = new Set(readMarkers(answer).map(({ number }) => number));
  const list = sources.flatMap((source, index) => {
    const place = [placeOf(source), source.url].filter(Boolean).join(" — ");
    return cited.has(index + 1) ? [`${formatMarker(index + 1)} ${place}`] : [];
  });
  return [answer, list.join("\n")].filter(Boolean).join("\n\n");
}
