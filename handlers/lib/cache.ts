/** Texts that one function remembers, and the characters of the longest: some MB in all. */
const textLimit = 512;
const longestText = 8_000;

export interface BoundedCache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

/**
 * Keeps at most `limit` entries: a new key beyond them replaces the key that was set first. Reading does not
 * renew an entry.
 */
export function createBoundedCache<Key, Value>(limit: number): BoundedCache<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      if (entries.size >= limit && !entries.has(key)) {
        const oldest = entries.keys().next();
        if (!oldest.done) entries.delete(oldest.value);
      }
      entries.set(key, value);
    },
    delete: (key) => void entries.delete(key),
  };
}

/**
 * A pure function of a text that remembers its results for the latest texts, because questions of one time find the
 * same passages again. Results are shared: nothing may change them.
 */
export function rememberByText<Result extends string | object>(
  compute: (text: string) => Result,
): (text: string) => Result {
  const results = createBoundedCache<string, Result>(textLimit);
  return (text) => {
    if (text.length > longestText) return compute(text);
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = compute(text);
    results.set(text, result);
    return result;
  };
}
