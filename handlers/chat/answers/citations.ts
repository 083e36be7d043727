import {
  formatMarker,
  markerStart,
  replaceMarkers,
  unfinishedMarker,
} from "../../contract/citation-marker.ts";

/**
 * Passes streamed text through, renumbering citation markers in the order passages are first cited and dropping
 * markers that name none of the passages so far: a model may invent them. Code keeps its brackets: `row[0]` is no
 * citation.
 */
export function createCitationFilter(passageCount: () => number) {
  const cited: number[] = [];
  let held = "";
  let inCode = false;

  function renumber(text: string): string {
    return replaceMarkers(text, (passage) => {
      if (passage < 1 || passage > passageCount()) return "";
      if (!cited.includes(passage)) cited.push(passage);
      return formatMarker(cited.indexOf(passage) + 1);
    });
  }

  function pass(text: string): string {
    let output = "";
    // Backticks open and close code; a fence is three of them, an odd number either way.
    for (const piece of text.split(/(`+)/)) {
      if (piece.startsWith("`")) {
        if (piece.length % 2 === 1) inCode = !inCode;
        output += piece;
      } else output += inCode ? piece : renumber(piece);
    }
    return output;
  }

  return {
    /** The part of the text so far that can be shown. */
    push(text: string): string {
      // Nearly every delta: nothing begins, ends or goes on in it.
      if (held === "" && !text.includes(markerStart) && !text.includes("`")) return text;
      const whole = held + text;
      // A run of backticks at the end may go on in the next delta, and so may a marker.
      const open = /`+$/.exec(whole) ?? (inCode ? null : unfinishedMarker.exec(whole));
      held = open ? whole.slice(open.index) : "";
      return pass(open ? whole.slice(0, open.index) : whole);
    },
    /** What was held back to the end. */
    flush(): string {
      const rest = held;
      held = "";
      return pass(rest);
    },
    /** Passage numbers (1-based) in the order their markers now have. */
    cited: (): readonly number[] => cited,
  };
}

export type CitationFilter = ReturnType<typeof createCitationFilter>;
