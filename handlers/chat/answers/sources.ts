import type { Source } from "../../contract/source.ts";

/** A passage that an answer may cite, with its text as it stands in the document where that is known. */
export interface CitablePassage {
  readonly source: Source;
  readonly text?: string | undefined;
}

/** The passages a turn's answer may cite, numbered from 1 as they are found. */
export function createSources() {
  const found: CitablePassage[] = [];
  return {
    /** Its marker; the one it has where it was found before. */
    add(source: Source, text?: string): number {
      const index = found.findIndex((passage) => passage.source.id === source.id);
      return index < 0 ? found.push({ source, text }) : index + 1;
    },
    count: () => found.length,
    /** Those with these markers, in this order. */
    pick: (markers: readonly number[]): CitablePassage[] =>
      markers.flatMap((marker) => found[marker - 1] ?? []),
  };
}

export type Sources = ReturnType<typeof createSources>;
