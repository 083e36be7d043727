/**
 * Text as words are used: by Zipf's law, the frequent ones short, in sentences. The same for the same
 * seed, so that runs compare.
 */
export function createSyntheticText({ seed = 1, vocabulary = 60_000 } = {}) {
  const random = createRandom(seed);
  const words = makeWords(vocabulary, random);
  const cumulative = new Float64Array(vocabulary);
  let total = 0;
  for (let rank = 0; rank < vocabulary; rank++) {
    total += 1 / (rank + 2.7) ** 1.05;
    cumulative[rank] = total;
  }
  const word = (): string => {
    const wanted = random() * total;
    let low = 0;
    let high = vocabulary - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return words[low] ?? "";
  };
  return {
    /** About `length` words, give or take a half. */
    passage(length = 110): string {
      const count = Math.round(length * (0.5 + random()));
      return Array.from({ length: count }, (_, index) =>
        index % 14 === 13 ? `${word()}.` : word(),
      ).join(" ");
    },
  };
}

const onsets =
  "b c d f g h j k l m n p r s t v w z br ch cl dr fl gr pl pr sh sl sp st str th tr".split(" ");
const nuclei = "a e i o u ai ea ee ie oo ou".split(" ");
const codas = ["", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ck", "ng"];

function makeWords(count: number, random: () => number): string[] {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
  const words = new Set<string>();
  while (words.size < count) {
    const syllables = words.size < 200 ? 1 : 1 + Math.floor(random() * 3.5);
    let word = "";
    for (let index = 0; index < syllables; index++) {
      word += pick(onsets) + pick(nuclei) + pick(codas);
    }
    words.add(word);
  }
  return [...words];
}

/** Mulberry32: small, fast and good enough for text. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
