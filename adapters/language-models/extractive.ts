import type { LanguageModel, Quote } from "../../handlers/ports/language-model.ts";

const silence = "The documents do not say anything about this.";
const silentSelection = "The selected text does not say anything about this.";

/**
 * Answers without any model, by quoting: the sentences that retrieval found to answer best, word for
 * word, each with its passage's marker. Streams a word at a time.
 */
export function createExtractiveModel(): LanguageModel {
  return {
    name: "extractive",
    async *stream({ grounding }, signal) {
      for (const text of pieces(answer(grounding.mode, grounding.quotes))) {
        if (signal.aborted) return;
        yield { type: "text-delta", text };
      }
      yield {
        type: "finished",
        finishReason: "stop",
        usage: { input_tokens: 0, output_tokens: 0 },
      };
    },
  };
}

function answer(mode: "passages" | "selection", quotes: readonly Quote[]): string {
  if (quotes.length === 0) return mode === "selection" ? silentSelection : silence;
  return quotes
    .map(({ text, marker }) => {
      const words = text.replaceAll(footnote, "");
      return marker === null ? words : `${words} [${marker}]`;
    })
    .join("\n\n");
}

/** A document's own footnote number would be read as one of our markers. */
const footnote = /\[\d{1,3}\]/g;

/** Words with the space behind them; scripts without spaces in handfuls of characters. */
function* pieces(text: string): Generator<string> {
  for (const [piece] of text.matchAll(/\S{1,24}\s*|\s+/gu)) yield piece;
}
