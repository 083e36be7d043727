/** The evidence of one question about an embedder. */
export interface Testimony {
  /** How certain the best passage by words is, 0 to 1: an uncertain one counts little. */
  readonly certainty: number;
  /** That passage's rank among the nearest, from 1; null if it is not among them. */
  readonly rank: number | null;
  /** The number of passages in the collection. */
  readonly passages: number;
}

/** The trust in an embedder for one collection, learnt from the questions asked. */
export interface EmbedderTrust {
  /**
   * Adds a question's evidence and returns the trust, 0 to 1, from all questions so far.
   *
   * @param script of the question, as `scriptOf` names it: a model may know some scripts only
   */
  learn(script: string, testimony: Testimony): number;
}

/** The shares of agreement at which trust is 0 and 1. */
const noAgreement = 0.25;
const fullAgreement = 0.65;
/** The agreement before the first question: every model knows Latin letters, and many know no other script. */
const assumedAgreement = { latin: 0.6, other: 0.4 };
/** The number of certain questions that the assumed agreement counts as. */
const assumedWeight = 3;
/** The factor on earlier questions at each new one: about 100 questions have an effect. */
const memory = 0.99;
/** The best passage by words agrees if it is among the 5 nearest, or the nearest tenth of a small collection. */
const nearestAtMost = 5;

/** The lead over the second best passage, as a share of the score, at which the best one is certain. */
const clearLead = 0.2;

/** How certain the best passage by words is, 0 to 1: by its coverage and its lead over the second best. */
export function certaintyOf(
  best: { readonly score: number; readonly coverage: number } | undefined,
  second: { readonly score: number } | undefined,
): number {
  if (best === undefined || best.score <= 0) return 0;
  const lead = (best.score - (second?.score ?? 0)) / best.score;
  return best.coverage ** 2 * Math.min(1, lead / clearLead);
}

/**
 * Learns the trust in an embedder from how often the best passage by words is among the nearest, beyond chance. A model
 * that does not know a language ranks passages at random. A model that knows it agrees with the words where these cover
 * the question, and may be better where they do not.
 */
export function createEmbedderTrust(): EmbedderTrust {
  const learnt = new Map<string, { agreement: number; weight: number }>();
  return {
    learn(script, { certainty, rank, passages }) {
      const among = Math.max(1, Math.min(nearestAtMost, Math.floor(passages / 10)));
      const chance = Math.min(0.5, among / Math.max(1, passages));
      const agrees = rank !== null && rank <= among ? 1 : -chance / (1 - chance);
      const assumed = script === "Latin" ? assumedAgreement.latin : assumedAgreement.other;
      const before = learnt.get(script) ?? {
        agreement: assumed * assumedWeight,
        weight: assumedWeight,
      };
      const known = {
        agreement: before.agreement * memory + certainty * agrees,
        weight: before.weight * memory + certainty,
      };
      learnt.set(script, known);
      const share = known.agreement / known.weight;
      return Math.min(1, Math.max(0, (share - noAgreement) / (fullAgreement - noAgreement)));
    },
  };
}

const scripts =
  "Latin Cyrillic Greek Arabic Hebrew Devanagari Bengali Tamil Thai Hangul Hiragana Han"
    .split(" ")
    .map((name) => ({ name, letters: new RegExp(`\\p{Script=${name}}`, "gu") }));

/** The Unicode name of the script of most letters in a text; "" if it is none of the listed scripts. */
export function scriptOf(text: string): string {
  let most = { name: "", count: 0 };
  for (const { name, letters } of scripts) {
    const count = text.match(letters)?.length ?? 0;
    if (count > most.count) most = { name, count };
  }
  return most.name;
}
