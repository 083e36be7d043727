/** Deeper JSON than any tool reads. */
const maximumDepth = 32;

/**
 * JSON as PostgreSQL's jsonb can hold it: without U+0000 and halves of characters, which a model's
 * arguments may have. Undefined when it is nested too deeply.
 */
export function storable<Value>(value: Value): Value | undefined {
  try {
    return clean(value, 0) as Value;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === "string") return cleanText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maximumDepth) throw new RangeError("nested too deeply");
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]) => [
    cleanText(key),
    clean(item, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** Text as PostgreSQL can hold it. */
export function cleanText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
