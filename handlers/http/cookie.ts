export interface Cookie {
  readonly name: string;
  /** Without spaces, quotes, commas and semicolons. */
  readonly value: string;
  /** Seconds; 0 removes the cookie. */
  readonly maxAge: number;
  /** `https`: adds `Secure`, which a name that begins with `__Host-` requires. */
  readonly transport: "https" | "any";
}

/** A `Set-Cookie` value (RFC 6265), hidden from scripts and sent with same-site requests and links to Docent. */
export function setCookie({ name, value, maxAge, transport }: Cookie): string {
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
  return `${name}=${value}; ${attributes}${transport === "https" ? "; Secure" : ""}`;
}

/** The value of a cookie in the request. */
export function readCookie(request: Request, name: string): string | undefined {
  const pairs = request.headers.get("cookie")?.split(";") ?? [];
  const pair = pairs.find((each) => each.trimStart().startsWith(`${name}=`));
  return pair?.slice(pair.indexOf("=") + 1).trim();
}
