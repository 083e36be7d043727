import { markerSource } from "../../../contract/citation-marker.ts";
import type { TextSpan } from "../../../contract/text-span.ts";

/** The end of a sentence, with the markers after it. */
const sentenceEnd = new RegExp(
  String.raw`(?:(?<![.!?…])[.!?…]+["'”’»)*_]*(?=\s|$|${markerSource})|[。！？।۔؟｡]+["'”’」』）]*)(?:[ \t]*${markerSource})*`,
  "g",
);
const abbreviation =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|dr|mr|mrs|ms|no|approx|z\.\s?b|d\.\s?h|bzw|ca|p\.\s?ej|usw|\p{L})$/iu;

/** The sentences of a line, with the markers after them. Never cuts inline code. */
export function sentencesOf(line: string): TextSpan[] {
  const masked = line.replaceAll(/`[^`]*`/g, (code) => "`".repeat(code.length));
  const spans: TextSpan[] = [];
  let start = 0;
  for (const { 0: marks, index } of masked.matchAll(sentenceEnd)) {
    const end = index + marks.length;
    const isShort =
      marks === "." && abbreviation.test(masked.slice(Math.max(0, index - 12), index));
    const goesOn = marks.startsWith(".") && /^\s+\p{Ll}/u.test(masked.slice(end, end + 12));
    if ((isShort && end < masked.length) || (goesOn && !marks.includes("["))) continue;
    spans.push({ start, end });
    start = end;
  }
  if (masked.slice(start).trim() !== "") spans.push({ start, end: line.length });
  return spans;
}
