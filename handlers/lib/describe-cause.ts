/** The name, code and place of an error for the log, never its message: a driver may quote data in it. */
export function describeCause(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = "code" in cause && typeof cause.code === "string" ? ` ${cause.code}` : "";
  const place = cause.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return `${cause.name}${code}${place ? ` ${place.trim()}` : ""}`;
}
