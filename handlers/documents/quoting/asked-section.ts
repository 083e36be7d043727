import { rememberByText } from "../../lib/cache.ts";
import type { FoundPassage } from "../search/search.ts";
import { lettersOf, readQuestion, type Asked } from "./question.ts";
import { featuresOf, headingHasWord, supportOf } from "./support.ts";

/** A heading that has less of the question is not what is asked for; of a short question, as "What happens during cooldown?" is, less is enough. */
const leastSupport = 0.6;
const leastOfShort = 0.4;
const shortQuestion = 3;
/** A heading that has more of what the question does not say is about something else. */
const leastCover = 0.7;
/** What the question's words count beside the heading's; and how much less than an echo of the question any other heading is worth. */
const supportShare = 0.7;
const inexact = 0.05;
/** A section whose best passage is worth less beside the best of all is named by chance. */
const leastStanding = 0.5;

/** How exactly a short text is what is asked for, 0 to 1: it has the question's words and no others. */
export function exactnessOf(text: string, asked: Asked): number {
  const support = supportOf(featuresOf(text, asked), asked, headingHasWord);
  if (support < (asked.words.length > shortQuestion ? leastSupport : leastOfShort)) return 0;
  // A heading may be the question itself.
  if (lettersOf(text) === asked.letters) return 1;
  const cover = coverOf(text, asked);
  return cover < leastCover ? 0 : supportShare * support + (1 - supportShare) * cover - inexact;
}

const wordsOf = rememberByText((text) => readQuestion(text, []).words);

/** The share of a short text's letters that are in words of the question; function words do not count. */
export function coverOf(text: string, asked: Asked): number {
  let [all, asking] = [0, 0];
  for (const word of wordsOf(text)) {
    all += word.text.length;
    asking += word.text.length * headingHasWord(asked.features, word);
  }
  return all === 0 ? 0 : asking / all;
}

/** A section by a passage of it, and the headings it stands under. */
interface Section {
  readonly passage: FoundPassage;
  readonly headings: readonly string[];
  readonly value: number;
}

/**
 * The section or page that the question names, if there is one: "What are actions?" asks for the beginning of
 * the page "Actions", whatever else speaks of them.
 *
 * @param found best first
 */
export function findAskedSection(
  found: readonly FoundPassage[],
  asked: Asked,
): Section | undefined {
  const highest = found[0]?.score ?? 0;
  const exactness = new Map<string, number>();
  let best: Section | undefined;
  for (const passage of found) {
    const standing = highest > 0 ? passage.score / highest : 0;
    if (standing < leastStanding) break;
    for (const [level, name] of [passage.title, ...passage.heading_path].entries()) {
      const exact = exactness.get(name) ?? exactnessOf(name, asked);
      exactness.set(name, exact);
      const value = exact * standing;
      if (value <= (best?.value ?? 0)) continue;
      best = { passage, headings: passage.heading_path.slice(0, level), value };
    }
  }
  return best;
}

/** The first passage found that stands directly under these headings. */
export function openingOf(
  found: readonly FoundPassage[],
  page: string,
  headings: readonly string[],
): FoundPassage | undefined {
  return found
    .filter((each) => each.document_id === page && areSame(each.heading_path, headings))
    .reduce<FoundPassage | undefined>(
      (first, each) => (first === undefined || each.start < first.start ? each : first),
      undefined,
    );
}

function areSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((heading, index) => heading === other[index]);
}
