import { PortFailure, type FailureCode } from "../../handlers/ports/failure.ts";

export interface JsonRequest {
  /** What failures call the other side, `the embedder` for example. */
  readonly service: string;
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** Of the whole exchange, milliseconds. */
  readonly timeout: number;
}

/** A status that is no success, with what was said. */
export class RefusedRequest extends PortFailure {
  readonly status: number;
  readonly said: unknown;

  constructor(service: string, response: Response, said: unknown) {
    const { code, retryable } = kindOf(response.status, said);
    const retryAfter = readRetryAfter(response.headers.get("retry-after"));
    const message = `${service} answered ${response.status}`;
    super(code, message, { retryable, ...(retryAfter !== undefined && { retryAfter }) });
    this.status = response.status;
    this.said = said;
  }
}

/**
 * Asks a service that speaks JSON, and returns what it answered.
 *
 * @throws RefusedRequest for a status that is no success
 * @throws PortFailure `aborted`, `timeout`, or `unavailable` when what comes back is cut off or no JSON
 */
export async function askJson(request: JsonRequest): Promise<unknown> {
  const { service, url, method, headers, body, signal, timeout } = request;
  const own = AbortSignal.timeout(timeout);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: { accept: "application/json", ...headers, ...(body !== undefined && jsonType) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // What is moved elsewhere would be sent our key.
      redirect: "manual",
      signal: AbortSignal.any([signal, own]),
    });
    text = await response.text();
  } catch (error) {
    if (signal.aborted && !isTimeout(signal.reason)) {
      throw new PortFailure("aborted", `${service} was no longer waited for`, {
        retryable: false,
        cause: error,
      });
    }
    const isLate = own.aborted || signal.aborted;
    const what = isLate ? "did not answer in time" : "cannot be reached, or broke off";
    throw new PortFailure(isLate ? "timeout" : "unavailable", `${service} ${what}`, {
      retryable: true,
      cause: error,
    });
  }
  const said = parse(text);
  if (!response.ok) throw new RefusedRequest(service, response, said);
  if (said === undefined) {
    throw new PortFailure("unavailable", `${service} answered something that is not JSON`, {
      retryable: true,
    });
  }
  return said;
}

const jsonType = { "content-type": "application/json" };

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kindOf(status: number, said: unknown): { code: FailureCode; retryable: boolean } {
  // Gemini answers 400 to a wrong key.
  const isKeyRefused = status === 400 && JSON.stringify(said)?.includes("API_KEY_INVALID");
  if (status === 401 || status === 402 || status === 403 || isKeyRefused) {
    return { code: "unauthorized", retryable: false };
  }
  if (status === 404) return { code: "not_found", retryable: false };
  if (status === 408) return { code: "timeout", retryable: true };
  if (status === 409) return { code: "conflict", retryable: true };
  if (status === 429) return { code: "rate_limited", retryable: true };
  if (status >= 400 && status < 500) return { code: "invalid", retryable: false };
  return { code: "unavailable", retryable: true };
}

/** Seconds or a date, as milliseconds from now. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
