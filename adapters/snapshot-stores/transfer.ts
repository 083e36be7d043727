import { PortFailure } from "../../handlers/ports/failure.ts";

export interface Transfer {
  /** What messages call the other side, `the bucket` for example. */
  readonly service: string;
  readonly url: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string | undefined;
  readonly fetch: typeof fetch;
  /** The longest silence, milliseconds. An upload has 10 ms more for each KB, and a transfer 20 times as long in all. */
  readonly patience: number;
}

/** A response, read whole. Its status may be any. */
export interface TransferReply {
  readonly status: number;
  readonly headers: Headers;
  readonly content: Uint8Array<ArrayBuffer>;
}

const sizeLimit = 256 * 1024 * 1024;

/**
 * Sends a request and reads the whole response, whatever its status; redirects are not followed.
 *
 * @throws PortFailure `timeout`, or `unavailable` where the connection fails or the response is cut off
 */
export async function transfer(request: Transfer): Promise<TransferReply> {
  const { service, url, method, headers = {}, body, patience } = request;
  const watch = new AbortController();
  const end = performance.now() + 20 * patience;
  const stopIn = (milliseconds: number) => setTimeout(() => watch.abort(), milliseconds);
  let timer = stopIn(patience + (body?.length ?? 0) / 100);
  try {
    const response = await request.fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      // A redirect is followed without our credentials, where it is followed at all.
      redirect: "manual",
      signal: watch.signal,
    });
    const content = await readAll(response, () => {
      if (performance.now() > end) return;
      clearTimeout(timer);
      timer = stopIn(patience);
    });
    if (method !== "HEAD") checkLength(response, content.length);
    return { status: response.status, headers: response.headers, content };
  } catch (cause) {
    const isLate = watch.signal.aborted;
    const what = isLate ? "did not answer in time" : "cannot be reached, or broke off";
    throw new PortFailure(isLate ? "timeout" : "unavailable", `${service} ${what}`, {
      retryable: true,
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(
  response: Response,
  onProgress: () => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    onProgress();
    chunks.push(value);
    size += value.length;
    if (size <= sizeLimit) continue;
    await reader.cancel().catch(() => undefined);
    throw new RangeError("the response is too large");
  }
  const content = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    content.set(chunk, at);
    at += chunk.length;
  }
  return content;
}

/** Not every runtime notices a body that is shorter than announced. */
function checkLength({ headers }: Response, length: number): void {
  const announced = headers.get("content-length");
  if (announced === null || headers.has("content-encoding")) return;
  if (Number(announced) !== length) throw new Error("the response is cut off");
}

/** The content as text of at most 16 KB, for reading what an error says. */
export function textOfReply({ content }: TransferReply): string {
  return new TextDecoder().decode(content.subarray(0, 16_384));
}

/**
 * Gets what a redirect leads to. Credentials are sent to the address that redirected, and to no other origin.
 *
 * @param from the address that answered with the redirect
 * @throws PortFailure `unavailable` where it leads to no content, or from https to http
 */
export async function followRedirect(
  reply: TransferReply,
  from: string,
  request: Pick<Transfer, "service" | "fetch" | "patience">,
  credentials: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { origin, protocol } = new URL(from);
  let current = reply;
  let url = from;
  for (let hop = 0; hop < 5 && isRedirect(current); hop++) {
    const location = current.headers.get("location") ?? "";
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (next?.protocol !== "https:" && next?.protocol !== protocol) break;
    url = next.href;
    const headers = next.origin === origin ? credentials : {};
    current = await transfer({ ...request, url, method: "GET", headers });
  }
  if (current.status === 200) return current.content;
  const message = `${request.service} redirected to something that answered ${current.status}`;
  throw new PortFailure("unavailable", message, { retryable: true });
}

export function isRedirect({ status, headers }: TransferReply): boolean {
  return status >= 300 && status < 400 && headers.has("location");
}
