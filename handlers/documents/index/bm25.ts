const saturation = 1.2;
const lengthInfluence = 0.75;

/** BM25's saturated term frequency, 0 to 1, for a term that occurs `count` times among `length` terms. */
export function saturated(count: number, length: number, averageLength: number): number {
  const norm = 1 - lengthInfluence + (lengthInfluence * length) / averageLength;
  return count / (count + saturation * norm);
}

/** The inverse document frequency of a term that `having` of `passages` contain: near 0 when nearly all do. */
export function inverseFrequency(having: number, passages: number): number {
  return Math.log(1 + (Math.max(0, passages - having) + 0.5) / (having + 0.5));
}
