import {
  formatMarker,
  markerStart,
  replaceMarkers,
  replaceModelMarkers,
  unfinishedMarker,
} from "../../contract/citation-marker.ts";

/**
 * Rewrites the citation markers in a streamed text: numbers them in the order in which passages are first
 * cited, and drops markers of passages that do not exist, because a model may invent them. All the ways in
 * which models write markers become `[n]`; in a text whose basis is `words`, nothing else does: `[64, 64]` is what the
 * document says. Brackets in code stay: `row[0]` is no citation.
 */
export function createCitationFilter(passageCount: () => number) {
  const cited: number[] = [];
  let held = "";
  /** The backticks that opened the current code; empty outside of code. */
  let code = "";

  let isQuoted = false;

  function renumber(text: string): string {
    const replace = isQuoted ? replaceQuoteMarkers : replaceModelMarkers;
    return replace(text, (passages) =>
      passages
        .filter((passage) => passage >= 1 && passage <= passageCount())
        .map((passage) => {
          if (!cited.includes(passage)) cited.push(passage);
          return formatMarker(cited.indexOf(passage) + 1);
        })
        .join(""),
    );
  }

  function pass(text: string): string {
    let output = "";
    for (const piece of text.split(/(`+|\n[ \t]*\n)/)) {
      if (piece.startsWith("`")) code = code === "" ? piece : closes(piece, code) ? "" : code;
      // Inline code ends at the end of its paragraph, closed or not.
      else if (code.length < fenceLength && /^\n[ \t]*\n$/.test(piece)) code = "";
      output += code === "" ? renumber(piece) : piece;
    }
    return output;
  }

  /**
   * The end of a text that cannot be shown before the next delta: backticks, a blank line in inline code, an
   * unfinished marker.
   */
  function unfinished(text: string): RegExpExecArray | null {
    const ticks = /`+$/.exec(text);
    if (ticks !== null || code.length >= fenceLength) return ticks;
    const mayBeCode = code !== "" || text.includes("`");
    return (mayBeCode ? /(?<!\n[ \t]*)\n[ \t]*$/.exec(text) : null) ?? unfinishedMarker.exec(text);
  }

  return {
    /** Adds a delta and returns the text that can be shown now. */
    push(text: string, basis?: "words"): string {
      isQuoted = basis === "words";
      // Fast path, taken by nearly every delta: nothing in it opens or closes code or a marker.
      const isFence = code.length >= fenceLength;
      const isPlain = !text.includes("`") && (isFence || (code === "" && !markerStart.test(text)));
      if (held === "" && isPlain) return text;
      const whole = held + text;
      const open = unfinished(whole);
      held = open ? whole.slice(open.index) : "";
      return pass(open ? whole.slice(0, open.index) : whole);
    },
    /** The text held back so far; called at the end. */
    flush(): string {
      const rest = held;
      held = "";
      return pass(rest);
    },
    /** The cited passages' numbers, from 1, in the order of their new markers. */
    cited: (): readonly number[] => cited,
  };
}

const replaceQuoteMarkers: typeof replaceModelMarkers = (text, replace) =>
  replaceMarkers(text, (number) => replace([number]));

const fenceLength = 3;

function closes(ticks: string, opening: string): boolean {
  return opening.length < fenceLength
    ? ticks.length === opening.length
    : ticks.length >= opening.length;
}

export type CitationFilter = ReturnType<typeof createCitationFilter>;
