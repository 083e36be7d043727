import { markerAtEnd, readMarkers, withoutMarkers } from "../../../contract/citation-marker.ts";
import { sentencesOf } from "./sentences.ts";

/** A sentence of an answer, or a row of its table. */
export interface Claim {
  readonly text: string;
  /** UTF-16 units into the answer, without list marks at the beginning and markers at the end. */
  readonly start: number;
  readonly end: number;
  /** Its markers' numbers; without any, the next ones in its paragraph or list. */
  readonly markers: readonly number[];
}

const fence = /^\s*(`{3,}|~{3,})/;
/** Headings, rules, and lines that are bold as a whole. */
const noSentence = /^\s*(?:#{1,6}\s|[-*_=\s]+$|\*\*[^*]+\*\*:?\s*$)/;
const lead = /^\s*(?:>\s?)*(?:(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?)?/;

/** The sentences of an answer in Markdown, in order, without code blocks and headings. Takes linear time. */
export function readClaims(answer: string): Claim[] {
  const chunks: Claim[][] = [];
  let chunk: Claim[] = [];
  let open = "";
  let offset = 0;
  const closeChunk = () => {
    if (chunk.length > 0) chunks.push(chunk);
    chunk = [];
  };
  const lines = answer.split("\n");
  for (const [index, line] of lines.entries()) {
    const start = offset;
    offset += line.length + 1;
    const ticks = fence.exec(line)?.[1];
    if (open !== "" || ticks !== undefined) {
      if (open === "") open = ticks ?? "";
      else if (ticks?.startsWith(open) && line.trim() === ticks) open = "";
      closeChunk();
      continue;
    }
    if (line.trim() === "") closeChunk();
    else if (!noSentence.test(line) && !isTableHead(line, lines[index + 1] ?? "")) {
      chunk.push(...readLine(line, start));
    }
  }
  closeChunk();
  return shareMarkers(chunks).filter(({ text }) => text !== "");
}

/** Whether a line is a table's header, or the rule under it. */
function isTableHead(line: string, next: string): boolean {
  return isRule(line) || (line.includes("|") && isRule(next));
}

function isRule(line: string): boolean {
  return line.includes("-") && line.includes("|") && /^[\s:|-]+$/.test(line);
}

function readLine(line: string, start: number): Claim[] {
  const begin = lead.exec(line)?.[0].length ?? 0;
  const rest = line.slice(begin);
  const spans = rest.startsWith("|") ? [insideOf(rest)] : sentencesOf(rest);
  return spans.map((span) => {
    const whole = rest.slice(span.start, span.end);
    // Brackets in code are no markers.
    const markers = readMarkers(whole.replaceAll(/`[^`]*`/g, (code) => " ".repeat(code.length)));
    const words = whole.slice(0, endOfWords(whole));
    const from = start + begin + span.start + words.length - words.trimStart().length;
    const isSaid = /[\p{L}\p{N}]/u.test(withoutMarkers(words));
    return {
      text: isSaid ? words.trim() : "",
      start: from,
      end: Math.max(from, start + begin + span.start + words.length),
      markers: markers.map(({ number }) => number),
    };
  });
}

/** A table row without the bars at its ends. */
function insideOf(row: string) {
  const end = row.trimEnd().length;
  return { start: 1, end: Math.max(1, row[end - 1] === "|" ? end - 1 : end) };
}

/** The end of a sentence without its markers and the full stop after them. */
function endOfWords(sentence: string): number {
  let end = sentence.trimEnd().length;
  for (let at = end; ;) {
    while (at > 0 && /[\s|.!?。]/.test(sentence[at - 1] ?? "")) at -= 1;
    const marker = markerAtEnd(sentence.slice(0, at));
    if (marker === undefined) return end;
    at -= marker.length;
    end = sentence.slice(0, at).trimEnd().length;
  }
}

/** Gives each sentence without markers the markers that it relies on, chunk by chunk. */
function shareMarkers(chunks: readonly (readonly Claim[])[]): Claim[] {
  const claims: Claim[] = [];
  for (const [index, chunk] of chunks.entries()) {
    // Markers on a line of their own, as after a table, belong to the lines above.
    const behind = chunks[index + 1]?.every(({ text }) => text === "") ? chunks[index + 1] : [];
    claims.push(...inheritMarkers([...chunk, ...(behind ?? [])], claims.at(-1)));
  }
  return claims;
}

/** A sentence without markers takes the next markers of its paragraph or list, else the last ones before it. */
function inheritMarkers(chunk: readonly Claim[], before: Claim | undefined): Claim[] {
  const shared: Claim[] = [];
  let next: readonly number[] = [];
  for (const claim of chunk.toReversed()) {
    if (claim.markers.length > 0) next = claim.markers;
    shared.push({ ...claim, markers: next });
  }
  // A list under "You need: [1]" relies on [1].
  const isIntroduced = before !== undefined && /[:：]\s*$/.test(before.text);
  let last: readonly number[] = isIntroduced ? before.markers : [];
  return shared.toReversed().map((claim) => {
    if (claim.markers.length > 0) last = claim.markers;
    return claim.markers.length > 0 ? claim : { ...claim, markers: last };
  });
}
