import { PortFailure, type FailureCode } from "../../handlers/ports/failure.ts";
import { readRetryAfter } from "./retry-after.ts";
import type { StreamedResponse } from "./streaming-fetch.ts";

export interface StatusMeaning {
  readonly code: FailureCode;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
}

const unauthorized: StatusMeaning = { code: "unauthorized", retryable: false };
const outOfCredit: StatusMeaning = { code: "out_of_credit", retryable: false };
const notFound: StatusMeaning = { code: "not_found", retryable: false };
const unavailable: StatusMeaning = { code: "unavailable", retryable: true };

const byStatus: Readonly<Record<number, StatusMeaning>> = {
  401: unauthorized,
  402: outOfCredit,
  403: unauthorized,
  404: notFound,
  405: notFound,
  408: { code: "timeout", retryable: true },
  409: { code: "conflict", retryable: true },
  410: notFound,
  425: unavailable,
  429: { code: "rate_limited", retryable: true },
};

/** What a status (RFC 9110 §15) that is no success means; `body` holds what some vendors tell only there. */
export function meaningOf(status: number, body: string): StatusMeaning {
  // Gemini answers 400 to a wrong key; OpenAI answers 429 when the credit is used up.
  if (status === 400 && /API_KEY_INVALID|API key not valid/.test(body)) return unauthorized;
  if (status === 429 && /insufficient_quota|billing_hard_limit/.test(body)) return outOfCredit;
  // A redirect is not followed: the URL we were given is not the service's.
  if (status < 400) return { code: "unavailable", retryable: false };
  const known = byStatus[status];
  if (known) return known;
  return status < 500 ? { code: "invalid", retryable: false } : unavailable;
}

/** A response whose status is no success. The message holds the status and no word of the body. */
export class RefusedRequest extends PortFailure {
  readonly status: number;
  /** At most 16 KB of the beginning. */
  readonly body: string;

  /** @param service what messages call the other side, `the embedder` for example */
  constructor(service: string, response: Pick<Response, "status" | "headers">, body: string) {
    const { code, retryable } = meaningOf(response.status, body);
    const retryAfter = readRetryAfter(response.headers);
    const message = `${service} answered ${response.status}`;
    super(code, message, { retryable, ...(retryAfter !== undefined && { retryAfter }) });
    this.status = response.status;
    this.body = body;
  }
}

const bodyLimit = 16_384;

/** The first 16 KB of an error's body as text; the rest is cancelled. Never throws. */
export async function readErrorBody(response: Pick<StreamedResponse, "body">): Promise<string> {
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
