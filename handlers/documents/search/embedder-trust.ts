/** A passage that the words found, with how near it is in meaning. */
export interface Witness {
  readonly score: number;
  readonly nearness: number;
}

/** How far an embedder is to be trusted in one collection and one script, learnt from the questions asked. */
export interface EmbedderTrust {
  /**
   * Takes in how far the words and the embedder agree on a question, and returns the trust, 0 to 1, that
   * follows from this question and those before it.
   *
   * @param found the passages that the words found, in any order; fewer than eight teach nothing
   * @param coverage the share of the question that the best of them covers: where it is low, the words are
   *   no judge of the embedder
   */
  learn(context: string, found: readonly Witness[], coverage: number): number;
}

/** Correlations at which an embedder is worth nothing, and everything. Chance alone gives some .1. */
const noAgreement = 0.05;
const fullAgreement = 0.5;
/** What is assumed before the first question, and the number of wholly covered questions it stands for. */
const assumedAgreement = 0.4;
const assumedWeight = 3;
/** Earlier questions count for this much less with each new one, so that some hundred are remembered. */
const memory = 0.99;
const fewestWitnesses = 8;

/**
 * Learns an embedder's trust. A model that does not know a language places its passages at random: among the
 * passages that share words with a question, the better ones are then no nearer than the others. A model
 * that knows the language agrees with the words on average, though it is better where they fail.
 */
export function createEmbedderTrust(): EmbedderTrust {
  const learnt = new Map<string, { sum: number; weight: number }>();
  return {
    learn(context, found, coverage) {
      const known = learnt.get(context) ?? {
        sum: assumedAgreement * assumedWeight,
        weight: assumedWeight,
      };
      if (found.length >= fewestWitnesses) {
        const weight = coverage ** 2;
        known.sum = known.sum * memory + weight * correlation(found);
        known.weight = known.weight * memory + weight;
        learnt.set(context, known);
      }
      const agreement = known.sum / known.weight;
      const trust = (agreement - noAgreement) / (fullAgreement - noAgreement);
      return Math.min(1, Math.max(0, trust));
    },
  };
}

/** Pearson's, 0 where either side is the same everywhere. */
function correlation(found: readonly Witness[]): number {
  const mean = (of: (each: Witness) => number) =>
    found.reduce((sum, each) => sum + of(each), 0) / found.length;
  const score = mean((each) => each.score);
  const nearness = mean((each) => each.nearness);
  const covariance = mean((each) => (each.score - score) * (each.nearness - nearness));
  const variances =
    mean((each) => (each.score - score) ** 2) * mean((each) => (each.nearness - nearness) ** 2);
  return variances > 0 ? covariance / Math.sqrt(variances) : 0;
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
