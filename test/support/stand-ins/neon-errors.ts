/** An error with the status that Neon's proxy answers; without a SQLSTATE unless PostgreSQL's own is behind it. */
export class NeonError extends Error {
  readonly status: number;

  constructor(status: number, reason: unknown) {
    super(typeof reason === "string" ? reason : messageOf(reason), { cause: reason });
    this.status = status;
  }
}

export function tooLarge(status: 413 | 507, what: "request" | "response", limit: number) {
  return new NeonError(status, `${what} is too large (max is ${limit} bytes)`);
}

export function parseError(reason: string): NeonError {
  return new NeonError(400, `could not parse the HTTP request body: ${reason}`);
}

export function cancelled(): NeonError {
  return new NeonError(400, "Query cancelled, connection was terminated");
}

/** 400 for what PostgreSQL says to a statement, and 500 where the proxy could not connect to it. */
export function statusOf(error: unknown): number {
  if (error instanceof NeonError) return error.status;
  const code = String((error as { code?: unknown }).code);
  return /^(?:ECONN|CONNECT_TIMEOUT|53300|57P03|28)/.test(code) ? 500 : 400;
}

/** The proxy's error body: the fields of PostgreSQL's error, null where there is none. */
export function describeError(error: unknown): object {
  const source = error instanceof NeonError ? error.cause : error;
  const known = (typeof source === "object" ? source : null) as Readonly<
    Record<string, unknown>
  > | null;
  // Codes of Node are none of PostgreSQL's.
  const isDatabases = typeof known?.["severity"] === "string";
  const field = (name: string) => (isDatabases ? (known?.[name] ?? null) : null);
  return {
    message: messageOf(error),
    code: messageOf(error).startsWith("Query cancelled") ? "08P01" : field("code"),
    detail: field("detail"),
    hint: field("hint"),
    position: field("position"),
    internalPosition: field("internal_position"),
    internalQuery: field("internal_query"),
    severity: field("severity"),
    where: field("where"),
    table: field("table_name"),
    column: field("column_name"),
    schema: field("schema_name"),
    dataType: field("data_type_name"),
    constraint: field("constraint_name"),
    file: field("file"),
    line: field("line"),
    routine: field("routine"),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
