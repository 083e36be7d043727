/** Synonyms, so that a test can search for one word and find another. */
const synonyms = [
  ["car", "automobile", "wagen"],
  ["holiday", "vacation", "urlaub"],
  ["error", "fault", "fehler"],
  ["price", "cost", "kosten"],
];

/**
 * A vector that depends only on the text and the model: the sum of a direction per word, equal for synonyms.
 * Not of length 1.
 */
export function embedForTests(text: string, model: string, dimensions: number): number[] {
  const sum = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ["nothing"]) {
    const concept = synonyms.find((words) => words.includes(word))?.[0] ?? word;
    const random = createRandom(`${model} ${concept}`);
    for (let index = 0; index < dimensions; index++) sum[index] = (sum[index] ?? 0) + random();
  }
  return sum;
}

/** Pseudorandom numbers from -1 to 1 (mulberry32). */
function createRandom(seed: string): () => number {
  let state = 0;
  for (let index = 0; index < seed.length; index++) {
    state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
