import * as v from "valibot";
import { parseOrigin } from "./lists.ts";

/** How a setting's text becomes a value, and a description of the text for error messages. */
export interface Kind<Value> {
  readonly schema: v.GenericSchema<string, Value>;
  readonly form: string;
}

/** At most `limit` requests in any `window` milliseconds. */
export interface Rate {
  readonly limit: number;
  readonly window: number;
}

/** Any text on one line. */
export const text: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.maxLength(2000),
    v.check((value) => !hasControlCharacter(value)),
  ),
  form: "text on one line",
};

/** Text on one line of at most `maximum` characters. */
export function shortText(maximum: number): Kind<string> {
  return {
    schema: v.pipe(text.schema, v.maxLength(maximum)),
    form: `text on one line, at most ${maximum} characters`,
  };
}

/** A colour as six hexadecimal digits. */
export const color: Kind<string> = {
  schema: v.pipe(v.string(), v.toLowerCase(), v.regex(/^#[0-9a-f]{6}$/)),
  form: "a colour such as #1d6b58",
};

/** Questions separated by | or new lines, because they contain commas. */
export const questions: Kind<readonly string[]> = {
  schema: v.pipe(
    v.string(),
    v.transform((value) => {
      const asked = value.split(/[|\r\n]+/).map((question) => question.trim());
      return [...new Set(asked.filter(Boolean))];
    }),
    v.array(shortText(200).schema),
    v.minLength(1),
    v.maxLength(12),
  ),
  form: "1 to 12 questions separated by |, of at most 200 characters each",
};

/** Text over several lines; its entries are read one by one, by `readList`. */
export const list: Kind<string> = { schema: v.string(), form: "a list separated by commas" };

/** A name as models and collections have it: no spaces. */
export const identifier: Kind<string> = {
  schema: v.pipe(v.string(), v.maxLength(200), v.regex(/^[\p{L}\p{N}][\p{L}\p{N}._:/@+-]*$/u)),
  form: "a name of letters, digits and . _ : / @ + -",
};

/** A model's folder, or its repository on the model hub. */
export const modelReference: Kind<string> = {
  schema: v.pipe(
    text.schema,
    v.check((value) => !value.includes("://")),
  ),
  form: "a folder, or a model on the hub such as Xenova/all-MiniLM-L6-v2 or owner/name@revision",
};

/** A host name or an address to listen on. */
export const host: Kind<string> = {
  schema: v.pipe(v.string(), v.maxLength(253), v.regex(/^[A-Za-z0-9.:_-]+$/)),
  form: "a host name or an IP address, for example 0.0.0.0",
};

/** A whole number, both ends included. */
export function integer(minimum: number, maximum: number): Kind<number> {
  return {
    schema: v.pipe(
      v.string(),
      v.regex(/^\d{1,10}$/),
      v.transform(Number),
      v.minValue(minimum),
      v.maxValue(maximum),
    ),
    form: `a whole number from ${minimum} to ${maximum}`,
  };
}

/** A whole number in a larger unit; one of them is `each` of the stored unit. */
export function scaled(minimum: number, maximum: number, each: number): Kind<number> {
  const plain = integer(minimum, maximum);
  return {
    schema: v.pipe(
      plain.schema,
      v.transform((count) => count * each),
    ),
    form: plain.form,
  };
}

/** A secret with a least length in bytes of UTF-8. */
export function secret(minimumBytes: number): Kind<string> {
  return {
    schema: v.pipe(
      text.schema,
      v.check((value) => new TextEncoder().encode(value).length >= minimumBytes),
    ),
    form:
      minimumBytes > 1
        ? `at least ${minimumBytes} bytes long (openssl rand -hex ${minimumBytes} makes one)`
        : "a key on one line",
  };
}

/** A secret that is sent in a header: beyond ASCII, clients encode a header differently, or not at all (RFC 9110 §5.5). */
export function headerSecret(minimumBytes: number): Kind<string> {
  const { schema, form } = secret(minimumBytes);
  return {
    schema: v.pipe(
      schema,
      v.check((value) => !/[^\0-\x7f]/.test(value)),
    ),
    form: `${form}, of ASCII characters: no typographic quotes, no invisible ones`,
  };
}

/** One of a few words, in any case. */
export function choice<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    schema: v.pipe(v.string(), v.toLowerCase(), v.picklist(words)),
    form: `one of ${words.join(", ")}`,
  };
}

/** An http(s) URL to call, without a slash at its end. */
export const url: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.check((value) => isBareUrl(value)),
    v.transform((value) => new URL(value).href.replace(/\/+$/, "")),
  ),
  form: "a URL that begins with https:// or http://, without user, query or fragment",
};

/** Scheme, host and port, and nothing after them. */
export const originUrl: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.transform((value) => (value.includes("*") ? undefined : parseOrigin(value))),
    v.string(),
  ),
  form: "an origin such as https://docent.example.com, without a path",
};

/** OAuth scopes (RFC 6749 §3.3); `openid` is always among them. */
export const oauthScopes: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.maxLength(500),
    v.regex(/^[\x21\x23-\x5B\x5D-\x7E\s]+$/),
    v.transform((value) => [...new Set(["openid", ...value.split(/\s+/)])].join(" ")),
  ),
  form: "scopes separated by spaces, for example openid profile email",
};

/** Where links to documents begin: a URL, or a path on the same host. */
export const urlBase: Kind<string> = {
  schema: v.union([
    url.schema,
    v.pipe(
      v.string(),
      v.regex(/^\/(?!\/)[^\s?#\\]*$/),
      v.transform((path) => path.replace(/\/+$/, "")),
    ),
  ]),
  form: "a URL that begins with https:// or http://, or a path that begins with /, without query or fragment",
};

/** A PostgreSQL URL; SQLAlchemy's `postgresql+driver://` is understood. */
export const postgresUrl: Kind<string> = {
  schema: v.pipe(
    text.schema,
    v.transform((value) => value.replace(/^postgres(ql)?(\+\w+)?:\/\//i, "postgresql://")),
    v.check((value) => value.startsWith("postgresql:") && Boolean(parseUrl(value)?.hostname)),
    // A bare % in a password.
    v.check((value) => isDecodable(value)),
  ),
  form: "postgresql://user:password@host/database, with special characters of the password percent-encoded",
};

const rateUnits: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const day = 86_400_000;

/** Requests per window: `10/60s`, `5/m`. */
export const rate: Kind<Rate> = {
  schema: v.pipe(
    v.string(),
    v.regex(/^\d{1,6}\/\d{0,6}[smh]$/),
    v.transform((value) => {
      const [limit = "", span = ""] = value.split("/");
      const unit = rateUnits[span.slice(-1)] ?? 0;
      return { limit: Number(limit), window: Number(span.slice(0, -1) || 1) * unit };
    }),
    v.check(({ limit, window }) => limit > 0 && window > 0 && window <= day),
  ),
  form: "a number of requests from 1 to 999999, a slash and a time of at most 24h, for example 10/60s",
};

function isBareUrl(value: string): boolean {
  const parsed = parseUrl(value);
  return (
    parsed !== undefined &&
    /^https?:$/.test(parsed.protocol) &&
    !/[\s?#]/.test(value) &&
    parsed.username + parsed.password === ""
  );
}

export function isDecodable(value: string): boolean {
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}

export function hasControlCharacter(value: string): boolean {
  return /\p{Cc}/u.test(value);
}

/** A level of log lines, in any case. */
export const logLevel: Kind<"debug" | "info" | "warn" | "error"> = {
  schema: v.pipe(
    v.string(),
    v.toLowerCase(),
    v.transform((word) => (word === "warning" ? "warn" : word)),
    v.picklist(["debug", "info", "warn", "error"]),
  ),
  form: "one of DEBUG, INFO, WARN, ERROR",
};
