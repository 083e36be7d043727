const numbers = new Intl.NumberFormat("en");
const times = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** `1,234` */
export function count(value: number): string {
  return numbers.format(value);
}

/** `1 document`, `1,234 documents` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A time in the operator's zone: `29 Nov 2026, 02:10` */
export function timeOf(iso: string): string {
  return times.format(new Date(iso));
}

/** A day of the calendar, whatever the operator's zone: `29 Nov 2026` */
export function dayOf(date: string): string {
  return days.format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
}

/** `820 bytes`, `1.5 MB`; a MB has 1024 × 1024 bytes, as DOCUMENT_LIMIT_MB counts. */
export function bytesOf(value: number): string {
  if (value < 1024) return counted(value, "byte");
  const isLarge = value >= 1024 * 1024;
  const scaled = value / (isLarge ? 1024 * 1024 : 1024);
  const digits = scaled >= 10 ? 0 : 1;
  return `${scaled.toFixed(digits).replace(/\.0$/, "")} ${isLarge ? "MB" : "KB"}`;
}

/** `340 ms`, `1.2 s` */
export function durationOf(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `2 days 3 hours`, `5 minutes`: the two largest units. */
export function uptimeOf(seconds: number): string {
  const units = [
    ["day", Math.floor(seconds / 86_400)],
    ["hour", Math.floor(seconds / 3600) % 24],
    ["minute", Math.floor(seconds / 60) % 60],
  ] as const;
  const named = units.filter(([, value]) => value > 0).slice(0, 2);
  return named.map(([unit, value]) => counted(value, unit)).join(" ") || "less than a minute";
}
