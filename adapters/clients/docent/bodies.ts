import { DocentFailure } from "./failure.ts";
import type { NewFile, NewFilesPlace } from "./wire.ts";

/** A POST of a value as JSON. */
export function jsonBody(value: unknown, headers: Record<string, string>): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  };
}

/**
 * A POST of files as a form, whose bytes are made beforehand: Node's fetch throws outside of every call where a form
 * that it is still making is broken off.
 */
export async function formBody(
  files: readonly NewFile[],
  { source, url_base }: NewFilesPlace,
  headers: Record<string, string>,
): Promise<RequestInit> {
  const form = new FormData();
  form.append("source", source);
  if (url_base !== undefined) form.append("url_base", url_base);
  for (const { path, bytes } of files) form.append("files", new Blob([bytes]), path);
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type") ?? "";
  const body = await encoded.bytes();
  return { method: "POST", headers: { "content-type": type, ...headers }, body };
}

/** What the reply of the server at `url` says as JSON. @throws DocentFailure; what `signal` aborts with */
export async function readReply(
  response: Response,
  url: string,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    signal.throwIfAborted();
    const message =
      cause instanceof SyntaxError
        ? `The server at ${url} is not Docent.`
        : `The server at ${url} closed the connection before its answer was complete.`;
    throw new DocentFailure("unexpected", message, { cause });
  }
}
