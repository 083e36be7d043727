import type { Storage } from "./storage.ts";
import type { Problem, StoredConversation, Tokens } from "./wire.ts";

/** An answer that is not 2xx, or none at all (`status` 0). */
export class RequestFailure extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export interface Api {
  /** Posts a question. Throws RequestFailure; an AbortError when `signal` aborts. */
  ask(message: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** What is left of a running answer after event `lastEventId`; undefined when nothing runs. */
  resume(
    conversation: string,
    lastEventId: string,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Stops the running answer; what was said is kept. */
  stop(conversation: string): Promise<void>;
  readConversation(id: string): Promise<StoredConversation>;
  /** Questions to begin with; none when there are none to be had. */
  suggestions(): Promise<string[]>;
}

export function createApi(storage: Storage): Api {
  let refreshing: Promise<void> | undefined;

  /** Tokens of this guest are renewed once; when that fails, the next request is a new guest's. */
  async function refresh(used: string): Promise<void> {
    const tokens = storage.tokens();
    // Another tab may have renewed them already.
    if (!tokens || tokens.access_token !== used) return;
    const response = await send("/api/auth/refresh", {
      ...json({ refresh_token: tokens.refresh_token }),
    });
    if (response.ok) return storage.keepTokens((await response.json()) as Tokens);
    // Only a refusal ends the guest: a server that is out for a moment does not.
    if (response.status >= 500 || response.status === 429) throw await failure(response);
    storage.keepTokens(undefined);
  }

  async function request(path: string, build: () => RequestInit): Promise<Response> {
    const used = storage.tokens()?.access_token;
    let response = await send(path, authorized(build(), used));
    if (response.status === 401 && used) {
      refreshing ??= refresh(used).finally(() => {
        refreshing = undefined;
      });
      await refreshing;
      if (!storage.tokens()) storage.keepConversation(undefined);
      response = await send(path, authorized(build(), storage.tokens()?.access_token));
    }
    if (!response.ok) throw await failure(response);
    return response;
  }

  return {
    async ask(message, signal) {
      const response = await request("/api/chat", () => {
        const conversation = storage.conversation();
        const body = conversation ? { message, conversation_id: conversation } : { message };
        return { ...json(body), signal };
      });
      return bodyOf(response);
    },
    async resume(conversation, lastEventId, signal) {
      const headers = lastEventId ? { "last-event-id": lastEventId } : undefined;
      const path = `/api/chat/${encodeURIComponent(conversation)}/stream`;
      const response = await request(path, () => ({ signal, ...(headers && { headers }) }));
      return response.status === 204 ? undefined : bodyOf(response);
    },
    async stop(conversation) {
      await request(`/api/chat/${encodeURIComponent(conversation)}/stop`, () => json({}));
    },
    async readConversation(id) {
      const response = await request(`/api/conversations/${encodeURIComponent(id)}`, () => ({}));
      return (await response.json()) as StoredConversation;
    },
    async suggestions() {
      const response = await request("/api/suggestions", () => ({}));
      const { suggestions } = (await response.json()) as { suggestions?: unknown };
      if (!Array.isArray(suggestions)) return [];
      return suggestions.filter((each): each is string => typeof each === "string" && each !== "");
    },
  };
}

function json(body: object): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

function authorized(init: RequestInit, token: string | undefined): RequestInit {
  const headers = new Headers(init.headers);
  if (token) headers.set("authorization", `Bearer ${token}`);
  return { ...init, headers, cache: "no-store" };
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    const detail = navigator.onLine
      ? "Docent cannot be reached at the moment."
      : "You seem to be offline.";
    throw new RequestFailure({ code: "unreachable", detail, status: 0, retryable: true });
  }
}

async function failure(response: Response): Promise<RequestFailure> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new RequestFailure({
    code: problem.code ?? "unexpected",
    detail: problem.detail ?? "Something went wrong on the way to an answer.",
    status: response.status,
    retryable: response.status === 429 || response.status >= 500,
    ...(Number.isFinite(retryAfter) && { retryAfter }),
  });
}
