/** A list's valid entries, and the positions (from 1) of the invalid ones. */
export interface ListReading<Entry> {
  readonly accepted: readonly Entry[];
  readonly rejected: readonly number[];
}

/**
 * Reads a list separated by commas, spaces or new lines. One wrong entry does not cost the others;
 * duplicates count once.
 */
export function readList<Entry>(
  text: string,
  parse: (entry: string) => Entry | undefined,
): ListReading<Entry> {
  const accepted = new Set<Entry>();
  const rejected: number[] = [];
  for (const [index, part] of text
    .split(/[\s,]+/)
    .filter(Boolean)
    .entries()) {
    const entry = parse(part);
    if (entry === undefined) rejected.push(index + 1);
    else accepted.add(entry);
  }
  return { accepted: [...accepted], rejected };
}

/** What `parseOrigin` accepts, for error messages. */
export const originForm =
  "exact origins such as https://app.example.com, or https://*.example.com, where * stands for one name without dots, separated by commas";

/** What `parseHost` accepts, for error messages. */
export const hostForm = "host names such as docent.example.com, without port, separated by commas";

/** A host name in lower case, as a browser sends it; undefined for anything else, such as an address or a URL. */
export function parseHost(entry: string): string | undefined {
  if (!/^[^\s/?#@:*\\[\]]+$/.test(entry) || !URL.canParse(`http://${entry}`)) return undefined;
  return new URL(`http://${entry}`).hostname;
}

/**
 * An exact origin (lower case, no default port, no slash at the end) or `scheme://*.domain[:port]`;
 * undefined for anything else, `*` and `null` included.
 */
export function parseOrigin(entry: string): string | undefined {
  const matched = /^(https?:\/\/)(\*\.)?([^/?#@*\\]+)\/?$/i.exec(entry);
  if (!matched) return undefined;
  const [, scheme = "", wildcard = "", rest = ""] = matched;
  if (!URL.canParse(scheme + rest)) return undefined;
  const origin = new URL(scheme + rest);
  // A pattern over a whole top-level domain would allow any site.
  if (wildcard && !/^[^.]+(\.[^.]+)+$/.test(origin.hostname)) return undefined;
  if (wildcard && /^[\d.]+$/.test(origin.hostname)) return undefined;
  return origin.origin.replace("://", `://${wildcard}`);
}
