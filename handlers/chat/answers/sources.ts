import type { Source } from "../../contract/source.ts";

/** A passage that an answer may cite; `text` is its text as in the document, if known. */
export interface CitablePassage {
  readonly source: Source;
  readonly text?: string | undefined;
}

/** Creates the list of passages that a turn's answer may cite, numbered from 1 as they are found. */
export function createSources() {
  const found: CitablePassage[] = [];
  return {
    /** Adds a source and returns its marker's number; a source that was added before keeps its number. */
    add(source: Source, text?: string): number {
      const index = found.findIndex((passage) => passage.source.id === source.id);
      return index < 0 ? found.push({ source, text }) : index + 1;
    },
    count: () => found.length,
    /** The passages with these markers, in this order. */
    pick: (markers: readonly number[]): CitablePassage[] =>
      markers.flatMap((marker) => found[marker - 1] ?? []),
  };
}

export type Sources = ReturnType<typeof createSources>;
