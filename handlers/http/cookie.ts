export interface Cookie {
  readonly name: string;
  /** Without spaces, quotes, commas and semicolons. */
  readonly value: string;
  /** Seconds; 0 removes it. */
  readonly maxAge: number;
  /** Whether it goes over https alone: a name that begins with `__Host-` must. */
  readonly transport: "https" | "any";
}

/** A `set-cookie` no script can read, sent with requests of our own pages and with links that lead here. */
export function setCookie({ name, value, maxAge, transport }: Cookie): string {
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
  return `${name}=${value}; ${attributes}${transport === "https" ? "; Secure" : ""}`;
}

/** What the browser keeps under a name. */
export function readCookie(request: Request, name: string): string | undefined {
  const pairs = request.headers.get("cookie")?.split(";") ?? [];
  const pair = pairs.find((each) => each.trimStart().startsWith(`${name}=`));
  return pair?.slice(pair.indexOf("=") + 1).trim();
}
