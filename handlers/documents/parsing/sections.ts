import type { ParsedBlock, Reading } from "./block.ts";
import { pack } from "./pack.ts";

export interface Section {
  readonly headingPath: readonly string[];
  readonly anchor: string | null;
  readonly start: number;
  readonly end: number;
  /** Whether it continues the passage before, which was cut. */
  readonly isContinued: boolean;
}

type Heading = Extract<ParsedBlock, { kind: "heading" }>;
type Content = Extract<ParsedBlock, { kind: "prose" | "item" | "verbatim" | "note" }>;

interface Outline {
  /** The given title, else the first heading of level 1. */
  title(): string | undefined;
  /** Passages in order; null where the caller may pause. */
  passages(): Generator<Section | null>;
}

// UTF-16 units of blocks between two places to pause; a block counts as `perBlock` more.
const stride = 4_096;
const perBlock = 64;
// UTF-16 units of a section that are cut at a time, which bounds memory and the time between pauses.
const longestRun = 262_144;
// Headings without content that are collected for one passage or more.
const mostLeaves = 2_000;

/**
 * Cuts a parsed document into passages along its headings. A heading is in the heading path and not in the
 * text; headings with no content and no headings below become a passage of their own.
 */
export function outline(reading: Reading, givenTitle: string | undefined): Outline {
  const { text } = reading;
  let title = givenTitle;
  let stack: Heading[] = [];
  /** The latest heading, as long as it has no content. */
  let bare: Heading | undefined;
  /** Headings without content, and all headings above them. */
  let leaves: Heading[] = [];
  let aboveLeaves: readonly Heading[] = [];
  let run: Content[] = [];

  const isTitle = (heading: Heading) => heading.level === 1 && heading.text === title;
  const place = (headings: readonly Heading[], heading: Heading | undefined) => ({
    headingPath: headings.filter((each) => !isTitle(each)).map((each) => each.text),
    anchor: heading === undefined || isTitle(heading) ? null : heading.anchor,
  });

  function* flushRun(): Generator<Section | null> {
    const blocks = run;
    run = [];
    while (blocks.at(-1)?.kind === "note") blocks.pop();
    const first = blocks.findIndex((block) => block.kind !== "note");
    if (first === -1) return;
    const where = place(stack, stack.at(-1));
    let isContinued = false;
    for (const span of pack(text, blocks.slice(first))) {
      yield span && { ...where, ...span, isContinued };
      isContinued ||= span !== null;
    }
  }

  function* flushLeaves(): Generator<Section | null> {
    const where = place(aboveLeaves, leaves[0]);
    const lines = leaves.map(({ start, end }) => ({ kind: "item" as const, start, end }));
    leaves = [];
    for (const span of pack(text, lines)) yield span && { ...where, ...span, isContinued: false };
  }

  function keepBare(): void {
    if (bare === undefined) return;
    if (leaves.length === 0) aboveLeaves = parents(stack, bare.level);
    leaves.push(bare);
    bare = undefined;
  }

  function* addHeading(heading: Heading): Generator<Section | null> {
    yield* flushRun();
    if (bare !== undefined && heading.level <= bare.level) keepBare();
    if (leaves.length >= mostLeaves) yield* flushLeaves();
    if (leaves[0] !== undefined && heading.level < leaves[0].level) yield* flushLeaves();
    stack = parents(stack, heading.level);
    bare = undefined;
    if (heading.text === "") return;
    if (heading.level === 1) title ??= heading.text;
    stack.push(heading);
    bare = heading;
  }

  function* addContent(block: Content): Generator<Section | null> {
    if (block.kind !== "note") {
      yield* flushLeaves();
      bare = undefined;
    }
    if (block.end - (run[0]?.start ?? block.start) > longestRun) yield* flushRun();
    run.push(block);
  }

  /** Yields passages, null for none, and the number of units of each block that was read. */
  function* work(): Generator<Section | null | number> {
    for (const block of reading.blocks) {
      if (block.kind === "heading") yield* addHeading(block);
      else if (block.kind === "gap") yield* flushRun();
      else yield* addContent(block);
      yield block.end - block.start;
    }
    yield* flushRun();
    keepBare();
    yield* flushLeaves();
  }

  function* passages(): Generator<Section | null> {
    let worked = 0;
    for (const section of work()) {
      worked += typeof section === "number" ? section + perBlock : stride;
      if (typeof section !== "number" && section !== null) yield section;
      if (worked < stride) continue;
      worked = 0;
      yield null;
    }
  }

  return { title: () => title, passages };
}

function parents(stack: readonly Heading[], level: number): Heading[] {
  return stack.filter((heading) => heading.level < level);
}
