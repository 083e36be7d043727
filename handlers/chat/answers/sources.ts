import type { Source } from "../../contract/source.ts";

/** The passages a turn's answer may cite, numbered from 1 as they are found. */
export function createSources() {
  const found: Source[] = [];
  return {
    /** Its marker; the one it has where it was found before. */
    add(source: Source): number {
      const index = found.findIndex(({ id }) => id === source.id);
      return index < 0 ? found.push(source) : index + 1;
    },
    count: () => found.length,
    /** Those with these markers, in this order. */
    pick: (markers: readonly number[]): Source[] =>
      markers.flatMap((marker) => found[marker - 1] ?? []),
  };
}

export type Sources = ReturnType<typeof createSources>;
