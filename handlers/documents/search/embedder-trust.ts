/** What one question says about an embedder. */
export interface Testimony {
  /** How sure the words are of their best passage, 0 to 1: where they are not, they are no judge. */
  readonly certainty: number;
  /** The place of that passage among the nearest, from 1; null where it is not one of them. */
  readonly rank: number | null;
  /** Passages that might have been nearer. */
  readonly passages: number;
}

/** How far an embedder is to be trusted in one collection, learnt from the questions asked. */
export interface EmbedderTrust {
  /**
   * Takes a question in and returns the trust, 0 to 1, that follows from it and those before it.
   *
   * @param script of the question, as `scriptOf` names it: models know some and not others
   */
  learn(script: string, testimony: Testimony): number;
}

/** Shares of agreement at which an embedder is worth nothing, and everything. */
const noAgreement = 0.25;
const fullAgreement = 0.65;
/** What is assumed before the first question: every model knows Latin letters, and many know no others. */
const assumedAgreement = { latin: 0.6, other: 0.4 };
/** The number of wholly certain questions that the assumption stands for. */
const assumedWeight = 3;
/** Earlier questions count for this much less with each new one, so that some hundred are remembered. */
const memory = 0.99;
/** The words' best passage agrees when it is one of so many nearest, of a small collection one in ten. */
const nearestAtMost = 5;

/** A lead of this share over the second best is certainty, as far as the question is covered. */
const clearLead = 0.2;

/** How sure the words are of their best passage, 0 to 1, by the scores and the coverage of the best two. */
export function certaintyOf(
  best: { readonly score: number; readonly coverage: number } | undefined,
  second: { readonly score: number } | undefined,
): number {
  if (best === undefined || best.score <= 0) return 0;
  const lead = (best.score - (second?.score ?? 0)) / best.score;
  return best.coverage ** 2 * Math.min(1, lead / clearLead);
}

/**
 * Learns an embedder's trust: how often the best passage by words is one of the nearest, beyond chance. A
 * model that does not know a language places passages at random; one that knows it agrees with the words
 * where these cover the question, and may be better where they do not.
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

/** The script that most letters of a text are in, as Unicode names it; "" where it is none of the usual ones. */
export function scriptOf(text: string): string {
  let most = { name: "", count: 0 };
  for (const { name, letters } of scripts) {
    const count = text.match(letters)?.length ?? 0;
    if (count > most.count) most = { name, count };
  }
  return most.name;
}
