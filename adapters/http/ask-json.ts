import { PortFailure } from "../../handlers/ports/failure.ts";
import { readErrorBody, RefusedRequest } from "./status.ts";

export interface ServiceRequest {
  /** What messages call the other side, `the embedder` for example. */
  readonly service: string;
  readonly url: string;
  /** GET unless given. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form, or anything else as JSON. */
  readonly body?: unknown;
  /** The caller's. */
  readonly signal?: AbortSignal;
  /** For the whole exchange, milliseconds. */
  readonly timeout: number;
  /** The platform's unless given. */
  readonly fetch?: typeof fetch;
}

/**
 * Sends a request and returns the successful response, its body unread.
 *
 * @throws RefusedRequest for a status that is no success, a redirect included
 * @throws PortFailure `aborted` by the caller's signal, `timeout`, or `unavailable` when the connection fails
 */
export async function sendRequest(request: ServiceRequest): Promise<Response> {
  return exchange(request, (response) => Promise.resolve(response));
}

/**
 * Sends a request and returns the JSON it is answered with.
 *
 * @throws RefusedRequest for a status that is no success, a redirect included
 * @throws PortFailure `aborted` by the caller's signal, `timeout`, or `unavailable` when the connection
 * fails or the answer is not JSON
 */
export async function askJson(request: ServiceRequest): Promise<unknown> {
  const text = await exchange(
    { ...request, headers: { accept: json, ...request.headers } },
    (response) => response.text(),
  );
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause, whose message quotes the answer.
    const message = `${request.service} answered something that is not JSON`;
    throw new PortFailure("unavailable", message, { retryable: true });
  }
}

const json = "application/json";

async function exchange<Result>(
  { service, url, method = "GET", body, signal, timeout, ...request }: ServiceRequest,
  read: (response: Response) => Promise<Result>,
): Promise<Result> {
  const own = AbortSignal.timeout(timeout);
  const send = request.fetch ?? fetch;
  const isJson = body !== undefined && !(body instanceof URLSearchParams);
  try {
    const response = await send(url, {
      method,
      headers: { ...request.headers, ...(isJson && { "content-type": json }) },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
      // Following a redirect would send our key to wherever it leads.
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, own]) : own,
    });
    if (!response.ok) throw new RefusedRequest(service, response, await readErrorBody(response));
    return await read(response);
  } catch (cause) {
    if (cause instanceof PortFailure) throw cause;
    if (signal?.aborted && !isTimeout(signal.reason)) {
      const message = `${service} was no longer waited for`;
      throw new PortFailure("aborted", message, { retryable: false, cause });
    }
    const isLate = own.aborted || signal?.aborted === true;
    const what = isLate ? "did not answer in time" : "cannot be reached, or broke off";
    throw new PortFailure(isLate ? "timeout" : "unavailable", `${service} ${what}`, {
      retryable: true,
      cause,
    });
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}
