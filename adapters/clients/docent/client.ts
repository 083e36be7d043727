import { setTimeout as sleep } from "node:timers/promises";
import type { ChatEvent } from "../../../handlers/contract/chat.ts";
import type {
  ListedDocuments,
  ListedDocument,
  IngestedDocument,
  IngestedFiles,
} from "../../../handlers/contract/document.ts";
import { helpsToRetry } from "../../../handlers/contract/retrying.ts";
import { readServerEvents } from "../../../handlers/lib/server-events.ts";
import { formBody, jsonBody, readReply } from "./bodies.ts";
import { DocentFailure, failureOf } from "./failure.ts";
import type { NewDocument, NewFile, NewFilesPlace } from "./wire.ts";

/** A running Docent, asked over HTTP. Every call throws DocentFailure, or what `signal` aborts with. */
export interface DocentClient {
  /** Streams the answer to one question. A newer server may send types that are not listed: pass over them. */
  ask(question: string, signal: AbortSignal): AsyncIterable<ChatEvent>;
  /** The whole answer at once, as the server words it. */
  askForJson(question: string, signal: AbortSignal): Promise<unknown>;
  /** Adds a document or replaces the one at its path; waits where the server is busy. */
  putDocument(document: NewDocument, signal: AbortSignal): Promise<IngestedDocument>;
  /**
   * Adds several documents, or replaces those at their paths, in one request; waits where the server is busy. The
   * answer names each that failed.
   */
  putFiles(
    files: readonly NewFile[],
    place: NewFilesPlace,
    signal: AbortSignal,
  ): Promise<IngestedFiles>;
  /** Every document of one source. */
  listDocuments(source: string, signal: AbortSignal): AsyncIterable<ListedDocument>;
  removeDocument(id: string, signal: AbortSignal): Promise<void>;
}

const attempts = 10;
const longestWait = 60_000;

/**
 * A client of the server at `url`. `fetch` may be an app's own, which is then asked without a network;
 * `adminKey` opens what changes documents.
 */
export function createDocentClient(options: {
  readonly url: string;
  readonly adminKey?: string | undefined;
  readonly fetch?: (request: Request) => Response | Promise<Response>;
}): DocentClient {
  const { url, adminKey, fetch: send = globalThis.fetch } = options;
  const authorization = adminKey ? { authorization: `Bearer ${adminKey}` } : {};

  async function call(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await send(new Request(url + path, { ...init, signal }));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && isLost(error)) {
        const message = `The server at ${url} closed the connection.`;
        throw new DocentFailure("unexpected", message, { cause: error });
      }
      const message = `No server at ${url}.`;
      throw new DocentFailure("unreachable", message, { cause: error });
    }
    if (!response.ok) throw await failureOf(response);
    return response;
  }

  /** Calls again after 429 and 503, when the server says, where that may help. */
  async function insist(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call(path, init, signal);
      } catch (error) {
        const isBusy =
          error instanceof DocentFailure &&
          (error.status === 429 || error.status === 503) &&
          helpsToRetry(error.status, error.code);
        if (!isBusy || attempt === attempts) throw error;
        const wait = Math.min(error.retryAfter ?? 1000, longestWait);
        await sleep(wait, undefined, { signal });
      }
    }
  }

  const chat = (question: string, accept: string, signal: AbortSignal) =>
    call("/api/chat", jsonBody({ message: question }, { accept }), signal);
  const put = async (init: RequestInit, signal: AbortSignal) =>
    readReply(await insist("/api/documents", init, signal), url, signal);

  return {
    async *ask(question, signal) {
      const response = await chat(question, "text/event-stream", signal);
      if (
        !response.body ||
        !response.headers.get("content-type")?.startsWith("text/event-stream")
      ) {
        throw new DocentFailure("unexpected", `The server at ${url} is not Docent.`);
      }
      try {
        for await (const { data } of readServerEvents(response.body)) {
          yield JSON.parse(data) as ChatEvent;
        }
      } catch (error) {
        signal.throwIfAborted();
        throw new DocentFailure(
          "unexpected",
          "The connection was lost before the answer was complete.",
          { cause: error },
        );
      }
    },

    async askForJson(question, signal) {
      return readReply(await chat(question, "application/json", signal), url, signal);
    },

    async putDocument(document, signal) {
      const init = jsonBody(document, authorization);
      return (await put(init, signal)) as IngestedDocument;
    },

    async putFiles(files, place, signal) {
      const init = await formBody(files, place, authorization);
      return (await put(init, signal)) as IngestedFiles;
    },

    async *listDocuments(source, signal) {
      let cursor: string | null = null;
      do {
        const query = new URLSearchParams({ source, limit: "200", ...(cursor && { cursor }) });
        const init = { headers: authorization };
        const response = await insist(`/api/documents?${query}`, init, signal);
        const page = (await readReply(response, url, signal)) as ListedDocuments;
        yield* page.documents;
        cursor = page.next_cursor;
      } while (cursor);
    },

    async removeDocument(id, signal) {
      const path = `/api/documents/${encodeURIComponent(id)}`;
      try {
        await insist(path, { method: "DELETE", headers: authorization }, signal);
      } catch (error) {
        // Gone is gone, whoever did it.
        if (!(error instanceof DocentFailure && error.status === 404)) throw error;
      }
    },
  };
}

/** How Node names a connection that was there and has ended. */
const lost = new Set<unknown>(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

function isLost({ cause }: Error): boolean {
  return cause instanceof Error && "code" in cause && lost.has(cause.code);
}
