// Collects the secrets, log lines and answers of a test file's apps, servers and command lines; at the end,
// test/support/forbid-leaks.ts looks for the secrets in the rest.

import { watchProblem } from "./problem-watch.ts";

interface Said {
  readonly where: "log" | "answer";
  readonly what: string;
  readonly text: string;
}

export interface SecretWatch {
  /** Adds the secrets in settings, which must appear nowhere: keys, passwords, a database's password. */
  setting(environment: Readonly<Record<string, string | undefined>>): void;
  /** Adds a caller's credentials. */
  asked(headers: Headers, body: unknown): void;
  logged(text: string): void;
  /** Adds an answer; only the routes that issue tokens may contain them. */
  answered(path: string, text: string): void;
  /** The places in which a secret was found, without the secret. */
  leaks(): string[];
  /** Forgets all that was added. */
  forget(): void;
}

const issuing =
  /^\/api\/(?:auth\/(?:register|login|refresh|guest|keys|me|huggingface|\w+)|chat)\b|^\/login/;
const issued = /"(access_token|refresh_token|key)":\s*"([^"]+)"/g;
const secretFields = ["password", "current_password", "refresh_token"];
/** Characters; shorter secrets occur in texts by chance. */
const shortest = 9;

function add(secrets: Set<string>, value: unknown): void {
  if (typeof value === "string" && value.trim().length >= shortest) secrets.add(value.trim());
}

export function createSecretWatch(): SecretWatch {
  const everywhere = new Set<string>();
  /** Secrets of callers, which answers may repeat. */
  const inLogs = new Set<string>();
  const tokens = new Set<string>();
  /** Without repetitions, since searching takes the time of all secrets times all texts. */
  const said = new Map<string, Said>();

  function say(each: Said): void {
    said.set(`${each.where} ${each.what} ${each.text}`, each);
  }

  return {
    setting(environment) {
      for (const [name, value] of Object.entries(environment)) {
        if (/(?:_KEY|SECRET|SECRET_PREVIOUS|HF_TOKEN)$/.test(name)) add(everywhere, value);
        if (!name.endsWith("_URL") || value === undefined) continue;
        add(everywhere, /^\w+:\/\/[^/@]*:([^/@]+)@/.exec(value.trim())?.[1]);
      }
    },
    asked(headers, body) {
      add(tokens, /^Bearer (\S+)$/.exec(headers.get("authorization") ?? "")?.[1]);
      if (typeof body !== "string" || !body.startsWith("{")) return;
      const fields = fieldsOf(body);
      for (const name of secretFields) {
        const others = Object.entries(fields).filter(([other]) => other !== name);
        // A user's name is public, even if it equals the password.
        if (!others.some(([, value]) => value === fields[name])) add(everywhere, fields[name]);
      }
      add(inLogs, fields["email"]);
    },
    logged: (text) => say({ where: "log", what: "", text }),
    answered(path, text) {
      const isIssuing = issuing.test(path);
      const rest = text.replaceAll(issued, (all, name: string, token: string) => {
        add(tokens, token);
        return isIssuing ? `"${name}":""` : all;
      });
      say({ where: "answer", what: path.split("?")[0] ?? "", text: rest });
    },
    leaks() {
      const found = new Set<string>();
      for (const where of ["log", "answer"] as const) {
        const texts = [...said.values()].filter((each) => each.where === where);
        const all = texts.map(({ text }) => text).join("\n");
        const secrets = [...everywhere, ...tokens, ...(where === "log" ? inLogs : [])];
        for (const secret of secrets.filter((each) => all.includes(each))) {
          const first = texts.find(({ text }) => text.includes(secret));
          const line = first?.text.replaceAll(secret, "********").slice(0, 300);
          found.add(`${where} ${first?.what}: ${line}`);
        }
      }
      return [...found];
    },
    forget() {
      for (const seen of [everywhere, inLogs, tokens, said]) seen.clear();
    },
  };
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The watch of this test file. */
export const secretWatch = createSecretWatch();

const reading = new Set<Promise<void>>();

/** The leaks of this test file, after all its answers have been read. */
export async function findLeaks(): Promise<string[]> {
  await Promise.all(reading);
  return secretWatch.leaks();
}

/** Returns the answer and reads a copy, unless it is a stream. */
export function watchAnswer(path: string, response: Response): Response {
  const type = response.headers.get("content-type") ?? "";
  if (response.body === null || !/json|text\/(?!event-stream)/.test(type)) return response;
  reading.add(readAlong(path, response.clone()).catch(() => undefined));
  return response;
}

async function readAlong(path: string, response: Response): Promise<void> {
  const text = await response.text();
  secretWatch.answered(path, text);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/problem+json")) watchProblem(path, response, text);
}

/** Watches the answers of a server to this test file's `fetch`. */
export function watchServer(origin: string): void {
  watchedOrigins.add(origin);
  if (globalThis.fetch !== watchedFetch) {
    platformFetch = globalThis.fetch;
    globalThis.fetch = watchedFetch;
  }
}

/** For the next test file of this process: another server, or a stand-in, may get the port of one that has ended. */
export function forgetServers(): void {
  watchedOrigins.clear();
}

const watchedOrigins = new Set<string>();
let platformFetch = globalThis.fetch;

async function watchedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  // A request made of another one takes its body.
  const { url, headers } =
    input instanceof Request ? input : new Request(input, { ...init, body: null });
  const response = await platformFetch(input, init);
  const { origin } = new URL(url);
  if (!watchedOrigins.has(origin)) return response;
  secretWatch.asked(headers, init?.body);
  return watchAnswer(url.slice(origin.length), response);
}
