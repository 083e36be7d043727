/** An error's name, code and first stack frame for the log; never its message, in which a driver may quote data. */
export function describeCause(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = "code" in cause && typeof cause.code === "string" ? ` ${cause.code}` : "";
  const place = cause.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return `${cause.name}${code}${place ? ` ${place.trim()}` : ""}`;
}
