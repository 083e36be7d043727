import { PortFailure, type FailureCode } from "../../handlers/ports/failure.ts";

interface Kind {
  readonly code: FailureCode;
  readonly retryable: boolean;
}

const unavailable: Kind = { code: "unavailable", retryable: true };

const byStatus: Readonly<Record<number, Kind>> = {
  401: { code: "unauthorized", retryable: false },
  402: { code: "out_of_credit", retryable: false },
  403: { code: "unauthorized", retryable: false },
  404: { code: "not_found", retryable: false },
  405: { code: "not_found", retryable: false },
  408: { code: "timeout", retryable: true },
  409: unavailable,
  410: { code: "not_found", retryable: false },
  425: unavailable,
  429: { code: "rate_limited", retryable: true },
};

/** How much of an error's body is looked at. */
const bodyLimit = 16_384;

/** The start of an error's body, read for what the status does not say; the rest is let go. */
export async function readErrorBody(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length < bodyLimit) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // The status says enough.
  }
  await reader.cancel().catch(() => undefined);
  return text;
}

/** What a refused request means. The message holds the status and no word of the body. */
export function responseFailure(
  name: string,
  { status, headers }: Pick<Response, "status" | "headers">,
  body: string,
): PortFailure {
  const retryAfter = readRetryAfter(headers);
  return new PortFailure(kind(status, body).code, `${name} answered ${status}`, {
    retryable: kind(status, body).retryable,
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

/** What an `error` inside the stream means; vendors put a status, a code or only words into it. */
export function frameFailure(name: string, error: unknown): PortFailure {
  const { code, status } = (typeof error === "object" && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly status?: unknown;
  };
  const given = [code, status].map(Number).find((number) => number >= 400 && number < 600) ?? 500;
  const { code: failure, retryable } = kind(given, JSON.stringify(error) ?? "");
  return new PortFailure(failure, `${name} broke its answer off with an error`, { retryable });
}

/** A request that got no answer, or an answer that was cut. */
export function connectionFailure(name: string, what: string, cause?: unknown): PortFailure {
  return new PortFailure("unavailable", `${name} ${what}`, { retryable: true, cause });
}

export function silenceFailure(name: string, what: string): PortFailure {
  return new PortFailure("timeout", `${name} ${what}`, { retryable: true });
}

function kind(status: number, body: string): Kind {
  // Gemini answers 400 to a wrong key; OpenAI answers 429 when the money is gone.
  if (status === 400 && /API_KEY_INVALID|API key not valid/.test(body)) {
    return { code: "unauthorized", retryable: false };
  }
  if (status === 429 && /insufficient_quota|billing_hard_limit/.test(body)) {
    return { code: "out_of_credit", retryable: false };
  }
  const known = byStatus[status];
  if (known) return known;
  return status >= 400 && status < 500 ? { code: "invalid", retryable: false } : unavailable;
}

/** Milliseconds; seconds and dates are RFC 9110's, milliseconds OpenAI's. */
function readRetryAfter(headers: Headers): number | undefined {
  const milliseconds = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const value = headers.get("retry-after");
  if (value === null || value.trim() === "") return undefined;
  const seconds = Number(value);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
