type Take = (piece: string) => void;

const openings = ["<think>", "<thought>"];

/**
 * Separates reasoning from the answer where a server leaves it in the text, which then begins with `<think>`
 * (Gemini's endpoint: `<thought>`). A tag may be split between pieces.
 */
export function createThoughtFilter() {
  let state: "beginning" | "thinking" | "answering" = "beginning";
  let held = "";
  let closing = "";

  function think(take: Take, speak: Take): void {
    const end = held.indexOf(closing);
    if (end >= 0) {
      if (end > 0) take(held.slice(0, end));
      const rest = held.slice(end + closing.length).trimStart();
      state = "answering";
      held = "";
      if (rest !== "") speak(rest);
      return;
    }
    const kept = partialLength(held, closing);
    if (held.length > kept) take(held.slice(0, held.length - kept));
    held = held.slice(held.length - kept);
  }

  return {
    /** Whether nothing but the answer follows. */
    isIdle: () => state === "answering",
    push(piece: string, take: Take, speak: Take): void {
      held += piece;
      if (state === "beginning") {
        const start = held.trimStart();
        const opening = openings.find((tag) => start.startsWith(tag));
        if (opening === undefined) {
          if (openings.some((tag) => tag.startsWith(start))) return;
          state = "answering";
          speak(held);
          held = "";
          return;
        }
        state = "thinking";
        closing = opening.replace("<", "</");
        held = start.slice(opening.length).trimStart();
      }
      think(take, speak);
    },
    /** Passes on what was held back as the possible beginning of a tag. */
    flush(take: Take, speak: Take): void {
      if (held === "") return;
      if (state === "thinking") take(held);
      else speak(held);
      held = "";
    },
  };
}

/** How many characters at the end of `text` may be the beginning of `tag`. */
function partialLength(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) {
    if (tag.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
