/** Some ask for a month, until a quota begins anew: timers end at 25 days, and an operator may raise it today. */
const longestWait = 3_600_000;

/**
 * How long the other side asks us to wait, milliseconds: `retry-after-ms` (OpenAI's), else `retry-after` in
 * seconds or as a date (RFC 9110 §10.2.3), an hour at most. A date in the past is 0. Undefined where neither can be
 * read.
 */
export function readRetryAfter(headers: Headers, now = Date.now()): number | undefined {
  const wait = readWait(headers, now);
  return wait && Math.min(wait, longestWait);
}

function readWait(headers: Headers, now: number): number | undefined {
  const milliseconds = readNumber(headers.get("retry-after-ms"));
  if (milliseconds !== undefined) return milliseconds;
  const value = headers.get("retry-after");
  const seconds = readNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(value ?? "");
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Vendors send fractions too, `0.25` for example. */
function readNumber(value: string | null): number | undefined {
  return value !== null && /^\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}
