import {
  formatMarker,
  markerStart,
  replaceModelMarkers,
  unfinishedMarker,
} from "../../contract/citation-marker.ts";

/**
 * Passes streamed text through, renumbering citation markers in the order passages are first cited and dropping
 * markers that name none of the passages so far: a model may invent them. However a model writes a marker, `[n]`
 * comes out. Code keeps its brackets: `row[0]` is no
 * citation.
 */
export function createCitationFilter(passageCount: () => number) {
  const cited: number[] = [];
  let held = "";
  /** The backticks that opened the code which the text is in; empty outside of code. */
  let code = "";

  function renumber(text: string): string {
    return replaceModelMarkers(text, (passages) =>
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
      // Inline code ends with its paragraph at the latest: a single backtick opens none.
      else if (code.length < fenceLength && /^\n[ \t]*\n$/.test(piece)) code = "";
      output += code === "" ? renumber(piece) : piece;
    }
    return output;
  }

  /** The end of a text that the next delta may go on with: backticks, a blank line behind inline code, a marker. */
  function unfinished(text: string): RegExpExecArray | null {
    const ticks = /`+$/.exec(text);
    if (ticks !== null || code.length >= fenceLength) return ticks;
    const mayBeCode = code !== "" || text.includes("`");
    return (mayBeCode ? /(?<!\n[ \t]*)\n[ \t]*$/.exec(text) : null) ?? unfinishedMarker.exec(text);
  }

  return {
    /** The part of the text so far that can be shown. */
    push(text: string): string {
      // Nearly every delta: nothing begins, ends or goes on in it.
      const isFence = code.length >= fenceLength;
      const isPlain = !text.includes("`") && (isFence || (code === "" && !markerStart.test(text)));
      if (held === "" && isPlain) return text;
      const whole = held + text;
      const open = unfinished(whole);
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

const fenceLength = 3;

function closes(ticks: string, opening: string): boolean {
  return opening.length < fenceLength
    ? ticks.length === opening.length
    : ticks.length >= opening.length;
}

export type CitationFilter = ReturnType<typeof createCitationFilter>;
