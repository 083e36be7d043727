import * as v from "valibot";
import { PortFailure } from "../../../handlers/ports/failure.ts";

export interface AskOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds for the whole answer. */
  readonly deadline: number;
}

/** Sends a request to the provider and hands back a 200, its body unread. Throws PortFailure for everything else. */
export async function ask(
  url: string,
  init: RequestInit,
  { fetch, deadline }: AskOptions,
): Promise<Response> {
  const signal = AbortSignal.timeout(deadline);
  // A redirect would carry the client's secret, or somebody's token, to wherever it says.
  const response = await fetch(url, { ...init, signal, redirect: "manual" }).catch(lost);
  if (response.status === 200) return response;
  await response.body?.cancel().catch(() => undefined);
  throw refusal(response.status);
}

/** The same, read as JSON of a shape. */
export async function askJson<Schema extends v.GenericSchema>(
  url: string,
  init: RequestInit,
  { schema, ...options }: AskOptions & { readonly schema: Schema },
): Promise<v.InferOutput<Schema>> {
  const response = await ask(url, init, options);
  const parsed = v.safeParse(schema, parseJson(await response.text().catch(lost)));
  if (!parsed.success) throw notGood("the identity provider answered something else");
  return parsed.output;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lost(cause: unknown): never {
  const isLate = cause instanceof Error && cause.name === "TimeoutError";
  throw new PortFailure(
    isLate ? "timeout" : "unavailable",
    "the identity provider does not answer",
    { retryable: true, cause },
  );
}

/** For what the provider said or signed and we do not take. The message holds no word of it. */
export function notGood(message: string, cause?: unknown): PortFailure {
  return new PortFailure("invalid", message, { retryable: false, cause });
}

function refusal(status: number): PortFailure {
  const message = `the identity provider answered ${status}`;
  if (status === 429) return new PortFailure("rate_limited", message, { retryable: true });
  if (status >= 500) return new PortFailure("unavailable", message, { retryable: true });
  return new PortFailure("unauthorized", message, { retryable: false });
}
