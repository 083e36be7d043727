// Every test file's app, servers and command lines tell it what they were given, what they logged and what
// they answered; when the file is through, test/support/forbid-leaks.ts holds the one against the others.

import { watchProblem } from "./problem-watch.ts";

interface Said {
  readonly where: "log" | "answer";
  readonly what: string;
  readonly text: string;
}

export interface SecretWatch {
  /** What settings are given: keys, secrets and a database's password are to be seen nowhere. */
  setting(environment: Readonly<Record<string, string | undefined>>): void;
  /** What a caller shows. */
  asked(headers: Headers, body: unknown): void;
  logged(text: string): void;
  /** What a path answers; tokens may leave by the routes that issue them. */
  answered(path: string, text: string): void;
  /** Where a secret was seen that should not have been, without the secret. */
  leaks(): string[];
}

const issuing =
  /^\/api\/(?:auth\/(?:register|login|refresh|guest|keys|me|huggingface|\w+)|chat)\b|^\/login/;
const issued = /"(access_token|refresh_token|key)":\s*"([^"]+)"/g;
const secretFields = ["password", "current_password", "refresh_token"];
/** A shorter one is in many a text by chance. */
const shortest = 9;

function add(secrets: Set<string>, value: unknown): void {
  if (typeof value === "string" && value.trim().length >= shortest) secrets.add(value.trim());
}

export function createSecretWatch(): SecretWatch {
  const everywhere = new Set<string>();
  /** The callers': an answer may repeat what its caller said. */
  const inLogs = new Set<string>();
  const tokens = new Set<string>();
  const said: Said[] = [];

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
        // Somebody's name is told, be it their password.
        if (!others.some(([, value]) => value === fields[name])) add(everywhere, fields[name]);
      }
      add(inLogs, fields["email"]);
    },
    logged: (text) => void said.push({ where: "log", what: "", text }),
    answered(path, text) {
      const isIssuing = issuing.test(path);
      const rest = text.replaceAll(issued, (all, name: string, token: string) => {
        add(tokens, token);
        return isIssuing ? `"${name}":""` : all;
      });
      said.push({ where: "answer", what: path.split("?")[0] ?? "", text: rest });
    },
    leaks() {
      const found = new Set<string>();
      for (const where of ["log", "answer"] as const) {
        const texts = said.filter((each) => each.where === where);
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
  };
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** This test file's. */
export const secretWatch = createSecretWatch();

const reading = new Set<Promise<void>>();

/** What this test file's secrets were seen in, once every answer is read. */
export async function findLeaks(): Promise<string[]> {
  await Promise.all(reading);
  return secretWatch.leaks();
}

/** The answer, read along where it is no stream. */
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

/** Reads along what a server answers to this test file's own `fetch`. */
export function watchServer(origin: string): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const { url, headers } = new Request(input, { ...init, body: null });
    const response = await fetch(input, init);
    if (!url.startsWith(origin)) return response;
    secretWatch.asked(headers, init?.body);
    return watchAnswer(url.slice(origin.length), response);
  };
}
